"""pyresty beside nginx with ngx_lua: the same configuration, one worker each, in one run."""
