-- ngx_http_upstream_module: what it serves are its variables; peers are in http/upstream/.
return require "pyresty.http.upstream.variables"
