-- thread.exdata: a value kept with the running coroutine.
return require "pyresty.lang.exdata"()
