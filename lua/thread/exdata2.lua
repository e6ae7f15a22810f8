-- thread.exdata2: a second value kept with the running coroutine.
return require "pyresty.lang.exdata"()
