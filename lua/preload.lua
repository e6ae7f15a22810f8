-- Modules under OpenResty's names whose files stand elsewhere in our tree: name → path below the root. Files in
-- resty/, table/ and thread/ need no line here: they stand under their names.
return {
    ["jit.bcsave"] = "native/jit_bcsave.lua",
    ["jit.v"] = "native/jit_v.lua",
    ["ngx.balancer"] = "ngx/module_balancer.lua",
    ["ngx.base64"] = "ngx/module_base64.lua",
    ["ngx.errlog"] = "ngx/module_errlog.lua",
    ["ngx.ocsp"] = "ngx/module_ocsp.lua",
    ["ngx.pipe"] = "ngx/module_pipe.lua",
    ["ngx.process"] = "ngx/module_process.lua",
    ["ngx.proxyssl"] = "ngx/module_proxyssl.lua",
    ["ngx.re"] = "ngx/re_split.lua",
    ["ngx.req"] = "ngx/module_req.lua",
    ["ngx.resp"] = "ngx/module_resp.lua",
    ["ngx.ssl"] = "ngx/module_ssl.lua",
    ["ngx.ssl.clienthello"] = "ngx/module_ssl_clienthello.lua",
    ["ngx.ssl.proxysslcert"] = "ngx/module_ssl_proxysslcert.lua",
    ["ngx.ssl.proxysslverify"] = "ngx/module_ssl_proxysslverify.lua",
    ["ngx.ssl.session"] = "ngx/module_ssl_session.lua",
    ["ngx.upstream"] = "ngx/module_upstream.lua",
    tablepool = "ngx/tablepool.lua",
    ["ngx.semaphore"] = "ngx/module_semaphore.lua",
}
