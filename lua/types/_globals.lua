---@meta
-- Written by scripts/api: don't edit.

---Functions of other nginx modules.
ndk = {}

---All of the API; its fields ctx, status, headers_sent and is_subrequest are computed.
ngx = {}

---Directives of set-misc that take one value, as functions; they need a request.
ndk.set_var = {}

---The arguments of `set_by_lua`, or a body filter's chunk [1] and end flag [2].
---@type table<string|integer, any>
ngx.arg = {}

---What this server is.
ngx.config = {}

---A table of the request's own, shared by its phases and threads, empty again after an internal redirect.
---@type table<string|integer, any>
ngx.ctx = {}

---Response headers. `_` stands for `-`; an array makes several headers of one name, nil removes it.
---@type table<string|integer, any>
ngx.header = {}

---Whether the response's header was sent.
---@type boolean
ngx.headers_sent = nil

---Whether the request is a subrequest.
---@type boolean
ngx.is_subrequest = nil

---Subrequests.
ngx.location = {}

---The NULL light userdata, which stands for a missing value in JSON, SQL and the like.
---@type userdata
ngx.null = nil

---Regular expressions. Options: a anchored, d DFA, D duplicate names, i caseless, j JIT, J JavaScript, m multi-line, o compile once, s dot is any, u UTF-8, U UTF-8 unchecked, x extended.
ngx.re = {}

---The request.
ngx.req = {}

---The response.
ngx.resp = {}

---Cosockets.
ngx.socket = {}

---The response's status. Setting it after the header was sent is logged and has no effect.
---@type integer
ngx.status = nil

---Light threads.
ngx.thread = {}

---Timers.
ngx.timer = {}

---nginx variables of the request. Reading one that does not exist gives nil; writing one that no directive defined raises.
---@type table<string|integer, any>
ngx.var = {}

---This process.
ngx.worker = {}

---Whether debug logging is compiled in.
ngx.config.debug = {}

---The version of nginx as number: 1022001 is 1.22.1.
ngx.config.nginx_version = {}

---The version of ngx_lua as number: 10030 is 0.10.30.
ngx.config.ngx_lua_version = {}

---The kind of server: "http".
ngx.config.subsystem = {}

---@type integer
ngx.OK = 0

---@type integer
ngx.ERROR = -1

---@type integer
ngx.AGAIN = -2

---@type integer
ngx.DONE = -4

---@type integer
ngx.DECLINED = -5

---@type integer
ngx.HTTP_GET = 2

---@type integer
ngx.HTTP_HEAD = 4

---@type integer
ngx.HTTP_POST = 8

---@type integer
ngx.HTTP_PUT = 16

---@type integer
ngx.HTTP_DELETE = 32

---@type integer
ngx.HTTP_MKCOL = 64

---@type integer
ngx.HTTP_COPY = 128

---@type integer
ngx.HTTP_MOVE = 256

---@type integer
ngx.HTTP_OPTIONS = 512

---@type integer
ngx.HTTP_PROPFIND = 1024

---@type integer
ngx.HTTP_PROPPATCH = 2048

---@type integer
ngx.HTTP_LOCK = 4096

---@type integer
ngx.HTTP_UNLOCK = 8192

---@type integer
ngx.HTTP_PATCH = 16384

---@type integer
ngx.HTTP_TRACE = 32768

---@type integer
ngx.HTTP_CONTINUE = 100

---@type integer
ngx.HTTP_SWITCHING_PROTOCOLS = 101

---@type integer
ngx.HTTP_OK = 200

---@type integer
ngx.HTTP_CREATED = 201

---@type integer
ngx.HTTP_ACCEPTED = 202

---@type integer
ngx.HTTP_NO_CONTENT = 204

---@type integer
ngx.HTTP_PARTIAL_CONTENT = 206

---@type integer
ngx.HTTP_SPECIAL_RESPONSE = 300

---@type integer
ngx.HTTP_MOVED_PERMANENTLY = 301

---@type integer
ngx.HTTP_MOVED_TEMPORARILY = 302

---@type integer
ngx.HTTP_SEE_OTHER = 303

---@type integer
ngx.HTTP_NOT_MODIFIED = 304

---@type integer
ngx.HTTP_TEMPORARY_REDIRECT = 307

---@type integer
ngx.HTTP_PERMANENT_REDIRECT = 308

---@type integer
ngx.HTTP_BAD_REQUEST = 400

---@type integer
ngx.HTTP_UNAUTHORIZED = 401

---@type integer
ngx.HTTP_PAYMENT_REQUIRED = 402

---@type integer
ngx.HTTP_FORBIDDEN = 403

---@type integer
ngx.HTTP_NOT_FOUND = 404

---@type integer
ngx.HTTP_NOT_ALLOWED = 405

---@type integer
ngx.HTTP_NOT_ACCEPTABLE = 406

---@type integer
ngx.HTTP_REQUEST_TIMEOUT = 408

---@type integer
ngx.HTTP_CONFLICT = 409

---@type integer
ngx.HTTP_GONE = 410

---@type integer
ngx.HTTP_UPGRADE_REQUIRED = 426

---@type integer
ngx.HTTP_TOO_MANY_REQUESTS = 429

---@type integer
ngx.HTTP_CLOSE = 444

---@type integer
ngx.HTTP_ILLEGAL = 451

---@type integer
ngx.HTTP_INTERNAL_SERVER_ERROR = 500

---@type integer
ngx.HTTP_METHOD_NOT_IMPLEMENTED = 501

---@type integer
ngx.HTTP_NOT_IMPLEMENTED = 501

---@type integer
ngx.HTTP_BAD_GATEWAY = 502

---@type integer
ngx.HTTP_SERVICE_UNAVAILABLE = 503

---@type integer
ngx.HTTP_GATEWAY_TIMEOUT = 504

---@type integer
ngx.HTTP_VERSION_NOT_SUPPORTED = 505

---@type integer
ngx.HTTP_INSUFFICIENT_STORAGE = 507

---A log level.
---@type integer
ngx.STDERR = 0

---A log level.
---@type integer
ngx.EMERG = 1

---A log level.
---@type integer
ngx.ALERT = 2

---A log level.
---@type integer
ngx.CRIT = 3

---A log level.
---@type integer
ngx.ERR = 4

---A log level.
---@type integer
ngx.WARN = 5

---A log level.
---@type integer
ngx.NOTICE = 6

---A log level.
---@type integer
ngx.INFO = 7

---A log level.
---@type integer
ngx.DEBUG = 8

---Sends its arguments and a line feed. Arrays are flattened; nil, booleans and ngx.null are spelled out.
---@param ... any
---@return boolean? ok
---@return string? err
function ngx.say(...) end

---Sends its arguments as `ngx.say` does, without the line feed.
---@param ... any
---@return boolean? ok
---@return string? err
function ngx.print(...) end

---Hands what was said to the client's socket; `ngx.flush(true)` returns when the system took it.
---@async
---@param wait? boolean
---@return boolean? ok
---@return string? err
function ngx.flush(wait) end

---Ends the response. The handler goes on.
---@return boolean? ok
---@return string? err
function ngx.eof() end

---Sends the response's header if it was not sent.
---@return boolean? ok
---@return string? err
function ngx.send_headers() end

---Leaves the handler: with a status ≥ 200 the request ends with it, with ngx.OK the next phase follows, with ngx.ERROR the connection is closed. In filters and the balancer it returns.
---@async
---@param status integer
function ngx.exit(status) end

---Internal redirect to a URI or a named location; never returns.
---@async
---@param uri string
---@param args? string|number|table<string, any>
function ngx.exec(uri, args) end

---Ends the request with a Location header and 301, 302 (default), 303, 307 or 308.
---@async
---@param uri string
---@param status? integer
function ngx.redirect(uri, status) end

---Runs a function when the client closes its connection early; needs `lua_check_client_abort on`.
---@param callback function
---@return boolean? ok
---@return string? err
function ngx.on_abort(callback) end

---The phase that runs, as "content" or "timer".
---@return string phase
function ngx.get_phase() end

---The phase of a request that `resty.core.base.get_request` gave, as ngx_lua's bit.
---@param r any
---@return integer bits
function ngx.get_raw_phase(r) end

---The phase that runs, as ngx_lua's bit; nothing without a request.
---@return integer bits
function ngx._phase_ctx() end

---Writes its arguments to the error log, with the caller's file, line and function.
---@param level integer
---@param ... any
function ngx.log(level, ...) end

---`ngx.log` at level ngx.NOTICE.
---@param ... any
function print(...) end

---Serves a URI of the same server internally; → {status, header, body, truncated}. Options: method, body, args, vars, share_all_vars, copy_all_vars, ctx, always_forward_body.
---@async
---@param uri string
---@param options? string
---@return table res
function ngx.location.capture(uri, options) end

---Several captures at once; returns when all are complete.
---@async
---@param ... any
---@return any res1
---@return any res2
---@return any ...
function ngx.location.capture_multi(...) end

---Request headers by lower-case name, an array where a name occurs more than once. At most 100 are taken (0: all), more give err "truncated". `raw` keeps the case of names.
---@param max? integer
---@param raw? boolean
---@return table? headers
---@return string? err
function ngx.req.get_headers(max, raw) end

---Replaces a request header; an array makes several, nil removes it.
---@param name string
---@param value any
function ngx.req.set_header(name, value) end

---Removes a request header.
---@param name string
function ngx.req.clear_header(name) end

---The request's method.
---@return string name
function ngx.req.get_method() end

---Changes the method to one of the ngx.HTTP_* numbers.
---@param method integer
function ngx.req.set_method(method) end

---Query arguments, unescaped: true for one without "=", an array where a name occurs more than once. At most 100 are taken (0: all), more give err "truncated". `t` is emptied and filled instead of a new table.
---@param max? integer
---@param t? table
---@return table<string, string|true|(string|true)[]>? args
---@return string? err
function ngx.req.get_uri_args(max, t) end

---Changes the query string, to a text or an encoded table.
---@param args string|number|table<string, any>
function ngx.req.set_uri_args(args) end

---Changes the URI; with `jump` (rewrite phases only) the location is chosen again and the call never returns. Bytes unsafe in a log raise unless `binary`.
---@async
---@param uri string
---@param jump? boolean
---@param binary? boolean
function ngx.req.set_uri(uri, jump, binary) end

---0.9, 1, 1.1 or 2.
---@return number number
function ngx.req.http_version() end

---The head as the client sent it. Not for HTTP/2.
---@param no_request_line? boolean
---@return string text
function ngx.req.raw_header(no_request_line) end

---When the request began, with milliseconds.
---@return number seconds
function ngx.req.start_time() end

---Whether it is a subrequest or was redirected internally.
---@return boolean internal
function ngx.req.is_internal() end

---Reads the body, into memory up to `client_body_buffer_size`, else into a file.
---@async
function ngx.req.read_body() end

---Has the body thrown away as it arrives.
function ngx.req.discard_body() end

---The body in memory, or its first `max` bytes; nil when unread, empty or in a file.
---@param max? integer
---@return string? data
function ngx.req.get_body_data(max) end

---The path of the file the body is in, or nil.
---@return string? path
function ngx.req.get_body_file() end

---The body's arguments, as `ngx.req.get_uri_args` gives the query's.
---@param max? integer
---@return table<string, string|true|(string|true)[]>? args
---@return string? err
function ngx.req.get_post_args(max) end

---Replaces a body that was read.
---@param data string
function ngx.req.set_body_data(data) end

---Replaces a body that was read by a file, which `auto_clean` deletes at the request's end.
---@param path string
---@param auto_clean? boolean
function ngx.req.set_body_file(path, auto_clean) end

---Begins a new body.
---@param buffer_size? any
function ngx.req.init_body(buffer_size) end

---Adds to the body that `ngx.req.init_body` began.
---@param data string
function ngx.req.append_body(data) end

---Ends the body that `ngx.req.init_body` began and sets Content-Length.
function ngx.req.finish_body() end

---Response headers, as `ngx.req.get_headers` gives the request's.
---@param max? integer
---@param raw? boolean
---@return table? headers
---@return string? err
function ngx.resp.get_headers(max, raw) end

---@class tcpsock
local tcpsock = {}

---Takes a connection from its pool, or makes one; options: pool (its name), pool_size, backlog (how many connects may wait when pool_size connections exist).
---@async
---@param unixPATH any
---@param options? string
---@return boolean? ok
---@return string? err
function tcpsock:connect(unixPATH, options) end

---The numeric address that the socket's connections come from.
---@param address any
---@return boolean? ok
---@return string? err
function tcpsock:bind(address) end

---Sends a string, number, boolean, nil, or a nested array of strings and numbers, all of it.
---@async
---@param data string
---@return integer? bytes
---@return string? err
function tcpsock:send(data) end

---Receives so many bytes, a line ('*l', without its end; the default) or all until the peer closes ('*a').
---@async
---@param what? any
---@return string? data
---@return string? err
---@return any partial
function tcpsock:receive(what) end

---Receives what there is, at least one and at most max bytes.
---@async
---@param max integer
---@return string? data
---@return string? err
function tcpsock:receiveany(max) end

---An iterator(size?) over what comes before the plain text pattern, which options.inclusive keeps at its end.
---@param pattern string
---@param options? string
---@return function? iterator
---@return string? err
function tcpsock:receiveuntil(pattern, options) end

---The time limit of connecting, sending and receiving.
---@param ms integer
function tcpsock:settimeout(ms) end

---The three time limits.
---@param connect_ms any
---@param send_ms any
---@param read_ms any
function tcpsock:settimeouts(connect_ms, send_ms, read_ms) end

---Sets keepalive, reuseaddr, tcp-nodelay, sndbuf or rcvbuf.
---@param option string
---@param value any
---@return boolean? ok
---@return string? err
function tcpsock:setoption(option, value) end

---One of the options of setoption.
---@param option string
---@return any value
---@return string? err
function tcpsock:getoption(option) end

---Gives the connection to its pool, where it may idle so long.
---@param timeout_ms? any
---@param pool_size? any
---@return boolean? ok
---@return string? err
function tcpsock:setkeepalive(timeout_ms, pool_size) end

---How often the connection came out of its pool.
---@return any times
---@return string? err
function tcpsock:getreusedtimes() end

---Goes on over TLS. With `false` as session it gives `true`; server_name is asked for (SNI) and, with verify, has to be the certificate's; `lua_ssl_trusted_certificate` has the authorities.
---@async
---@param reused_session? any
---@param server_name? any
---@param verify? any
---@param send_status_req? any
---@return any session
---@return string? err
function tcpsock:sslhandshake(reused_session, server_name, verify, send_status_req) end

---The certificate for the next handshake, from `ngx.ssl`'s parse_pem_cert and parse_pem_priv_key.
---@param chain any
---@param key string
---@return boolean? ok
---@return string? err
function tcpsock:setclientcert(chain, key) end

---The authorities for the next handshake (X509_STORE) in place of `lua_ssl_trusted_certificate`'s.
---@param store any
---@return boolean? ok
---@return string? err
function tcpsock:settrustedstore(store) end

---OpenSSL's object of the connection (SSL).
---@return any pointer
---@return string? err
function tcpsock:getsslpointer() end

---OpenSSL's object of its settings (SSL_CTX).
---@return any pointer
---@return string? err
function tcpsock:getsslctx() end

---The session as it is by now, for later handshakes.
---@return any session
---@return string? err
function tcpsock:getsslsession() end

---The descriptor of the connection.
---@return any fd
---@return string? err
function tcpsock:getfd() end

---Closes the connection.
---@return boolean? ok
---@return string? err
function tcpsock:close() end

---A TCP cosocket, which belongs to the request and is closed with it.
---@return any tcpsock
function ngx.socket.tcp() end

---The same as ngx.socket.tcp.
---@return any tcpsock
function ngx.socket.stream() end

---ngx.socket.tcp and its connect in one call.
---@async
---@param host string
---@param port integer
---@param options? string
---@return any tcpsock
---@return string? err
function ngx.socket.connect(host, port, options) end

---The request's body as a cosocket to receive from; with `raw` the client's connection, to receive from and send to, after which nothing else is sent. Not with chunked bodies (unless `raw`), not in subrequests.
---@param raw? boolean
---@return any reqsock
---@return string? err
function ngx.req.socket(raw) end

---A UDP (or Unix datagram) cosocket, which belongs to the request and is closed with it.
---@return any udpsock
function ngx.socket.udp() end

---@class udpsock
local udpsock = {}

---The one peer it sends to and receives from.
---@async
---@param unixPATH any
---@return boolean? ok
---@return string? err
function udpsock:setpeername(unixPATH) end

---The numeric address that it sends from; before setpeername.
---@param address any
---@return boolean? ok
---@return string? err
function udpsock:bind(address) end

---Sends a datagram of what tcpsock:send takes.
---@param data string
---@return boolean? ok
---@return string? err
function udpsock:send(data) end

---Receives a datagram; of a larger one than size (default 65536) the rest is lost.
---@async
---@param size? integer
---@return string? data
---@return string? err
function udpsock:receive(size) end

---The time limit of receiving.
---@param ms integer
function udpsock:settimeout(ms) end

---Closes it.
---@return boolean? ok
---@return string? err
function udpsock:close() end

---Percent-escapes; types 0 (URI) … 2 (component) … 6.
---@param s string
---@param type? any
---@return string text
function ngx.escape_uri(s, type) end

---Undoes percent-escapes; `+` is a space.
---@param s string
---@return string text
function ngx.unescape_uri(s) end

---A table as query string; true is a bare name, false is left out.
---@param t table
---@return string text
function ngx.encode_args(t) end

---A query string as table; at most `max` (100; 0: all) arguments, more give err "truncated".
---@param s string
---@param max? integer
---@return table? t
---@return string? err
function ngx.decode_args(s, max) end

---Base64.
---@param s string
---@param no_padding? boolean
---@return string text
function ngx.encode_base64(s, no_padding) end

---Undoes base64; nil when malformed.
---@param text string
---@return string? s
function ngx.decode_base64(text) end

---Undoes base64, skipping characters it does not use.
---@param text string
---@return string s
function ngx.decode_base64mime(text) end

---CRC-32; meant for short texts.
---@param s string
---@return integer n
function ngx.crc32_short(s) end

---CRC-32; meant for long texts.
---@param s string
---@return integer n
function ngx.crc32_long(s) end

---MD5 as 32 hexadecimal digits.
---@param s string
---@return string hex
function ngx.md5(s) end

---MD5 as 16 bytes.
---@param s string
---@return string digest
function ngx.md5_bin(s) end

---SHA-1 as 20 bytes.
---@param s string
---@return string digest
function ngx.sha1_bin(s) end

---HMAC-SHA-1 as 20 bytes.
---@param key string
---@param s string
---@return string digest
function ngx.hmac_sha1(key, s) end

---A text in MySQL's quotes and escapes.
---@param s string
---@return string text
function ngx.quote_sql_str(s) end

---The first match: [0] all of it, [1] … the groups (false: took no part), by name too; nil when there is none. `ctx.pos` is where to begin, and is moved behind the match.
---@param subject string
---@param regex string
---@param options? string
---@param ctx? table
---@param captures? table<integer|string, string|false>
---@return table<integer|string, string|false>? captures
---@return string? err
function ngx.re.match(subject, regex, options, ctx, captures) end

---Where the first match, or its group `nth`, begins and ends.
---@param subject string
---@param regex string
---@param options? string
---@param ctx? table
---@param nth? integer
---@return integer? from
---@return integer? to
---@return string? err
function ngx.re.find(subject, regex, options, ctx, nth) end

---An iterator of the captures of all matches.
---@param subject string
---@param regex string
---@param options? string
---@return function? iterator
---@return string? err
function ngx.re.gmatch(subject, regex, options) end

---Replaces the first match by a text with $0, $1, ${1}, $$, or by what a function of the captures returns.
---@param subject string
---@param regex string
---@param replace string|fun(captures: table): string
---@param options? string
---@return string? text
---@return integer? n
---@return string? err
function ngx.re.sub(subject, regex, replace, options) end

---Replaces all matches, as `ngx.re.sub` does the first.
---@param subject string
---@param regex string
---@param replace string|fun(captures: table): string
---@param options? string
---@return string? text
---@return integer? n
---@return string? err
function ngx.re.gsub(subject, regex, replace, options) end

---Seconds since the epoch with milliseconds, as of this turn of the event loop.
---@return number seconds
function ngx.now() end

---Whole seconds since the epoch, as of this turn of the event loop.
---@return number seconds
function ngx.time() end

---Reads the clock anew.
function ngx.update_time() end

---The local date as YYYY-MM-DD.
---@return string text
function ngx.today() end

---The local time as YYYY-MM-DD hh:mm:ss.
---@return string text
function ngx.localtime() end

---UTC as YYYY-MM-DD hh:mm:ss.
---@return string text
function ngx.utctime() end

---A time as cookies have it: Thu, 18-Nov-10 11:27:35 GMT.
---@param seconds number
---@return string text
function ngx.cookie_time(seconds) end

---A time as headers have it: Thu, 18 Nov 2010 11:27:35 GMT.
---@param seconds number
---@return string text
function ngx.http_time(seconds) end

---Reads a header's time; nil when malformed.
---@param text string
---@return number? seconds
function ngx.parse_http_time(text) end

---Lets others run for a while, to the millisecond.
---@async
---@param seconds number
function ngx.sleep(seconds) end

---Runs fn(...) in a light thread, at once until it first waits.
---@param fn function
---@param ... any
---@return thread co
function ngx.thread.spawn(fn, ...) end

---Waits until one of the threads ends; → true and its results, or false and its error.
---@async
---@param co thread
---@param ... any
---@return boolean ok
---@return any ...
function ngx.thread.wait(co, ...) end

---Ends a thread that waits.
---@param co thread
---@return boolean? ok
---@return string? err
function ngx.thread.kill(co) end

---Runs a module's function in a thread of a thread_pool, in a VM of its own; → true and its results.
---@async
---@param threadpool any
---@param module_name any
---@param func_name any
---@param ... any
---@return boolean ok
---@return any ...
function ngx.run_worker_thread(threadpool, module_name, func_name, ...) end

---@class sem
local sem = {}

---Takes a resource, in the order of arrival; waits for one at most so many seconds, then err is "timeout".
---@async
---@param seconds number
---@return boolean? ok
---@return string? err
function sem:wait(seconds) end

---Adds n (default 1) resources; those who wait are woken when the running light threads wait or end.
---@param n? integer
function sem:post(n) end

---How many resources there are; negative: how many light threads wait.
---@return integer n
function sem:count() end

---@class proc
local proc = {}

---The process's id.
---@return integer pid
function proc:pid() end

---The time limits; 0 for none.
---@param write_ms? any
---@param stdout_read_ms? any
---@param stderr_read_ms? any
---@param wait_ms? any
function proc:set_timeouts(write_ms, stdout_read_ms, stderr_read_ms, wait_ms) end

---Waits for the program's end: ok is whether its status is 0, reason 'exit' or 'signal'; nil and 'timeout' or 'exited' (it was waited for before).
---@async
---@return boolean? ok
---@return any reason
---@return integer? status
function proc:wait() end

---Writes all of a string, number or array to the program.
---@async
---@param data string
---@return integer? bytes
---@return string? err
function proc:write(data) end

---Reads all until the end of the program's stdout; err is 'closed' at its end, 'timeout', 'aborted', 'pipe busy reading'.
---@async
---@return string? data
---@return string? err
---@return any partial
function proc:stdout_read_all() end

---Reads a line, without its end, of the program's stdout; err is 'closed' at its end, 'timeout', 'aborted', 'pipe busy reading'.
---@async
---@return string? data
---@return string? err
---@return any partial
function proc:stdout_read_line() end

---Reads n bytes of the program's stdout; err is 'closed' at its end, 'timeout', 'aborted', 'pipe busy reading'.
---@async
---@param n integer
---@return string? data
---@return string? err
---@return any partial
function proc:stdout_read_bytes(n) end

---Reads what there is, at most max bytes, of the program's stdout; err is 'closed' at its end, 'timeout', 'aborted', 'pipe busy reading'.
---@async
---@param max integer
---@return string? data
---@return string? err
---@return any partial
function proc:stdout_read_any(max) end

---Reads all until the end of the program's stderr; err is 'closed' at its end, 'timeout', 'aborted', 'pipe busy reading'.
---@async
---@return string? data
---@return string? err
---@return any partial
function proc:stderr_read_all() end

---Reads a line, without its end, of the program's stderr; err is 'closed' at its end, 'timeout', 'aborted', 'pipe busy reading'.
---@async
---@return string? data
---@return string? err
---@return any partial
function proc:stderr_read_line() end

---Reads n bytes of the program's stderr; err is 'closed' at its end, 'timeout', 'aborted', 'pipe busy reading'.
---@async
---@param n integer
---@return string? data
---@return string? err
---@return any partial
function proc:stderr_read_bytes(n) end

---Reads what there is, at most max bytes, of the program's stderr; err is 'closed' at its end, 'timeout', 'aborted', 'pipe busy reading'.
---@async
---@param max integer
---@return string? data
---@return string? err
---@return any partial
function proc:stderr_read_any(max) end

---Closes 'stdin', 'stdout' or 'stderr'.
---@param direction any
---@return boolean? ok
---@return string? err
function proc:shutdown(direction) end

---Sends a signal; err is 'exited' or 'invalid signal'.
---@param signal_number any
---@return boolean? ok
---@return string? err
function proc:kill(signal_number) end

---Runs fn(premature, ...) after `delay` seconds; premature is true when the worker ends before.
---@param delay number
---@param fn function
---@param ... any
---@return boolean? ok
---@return string? err
function ngx.timer.at(delay, fn, ...) end

---Runs fn(premature, ...) every `delay` seconds until the worker ends.
---@param delay number
---@param fn function
---@param ... any
---@return boolean? ok
---@return string? err
function ngx.timer.every(delay, fn, ...) end

---How many timers' functions are running.
---@return integer n
function ngx.timer.running_count() end

---How many timers have not expired.
---@return integer n
function ngx.timer.pending_count() end

---This process's id.
---@return integer pid
function ngx.worker.pid() end

---The ids of all workers.
---@return table? pids
---@return string? err
function ngx.worker.pids() end

---How many workers are configured.
---@return integer n
function ngx.worker.count() end

---The worker's number from 0; nil in other processes.
---@return integer? id
function ngx.worker.id() end

---Whether the worker is going to end.
---@return boolean exiting
function ngx.worker.exiting() end

---The server's prefix path.
---@return string path
function ngx.config.prefix() end

---The options nginx's configure was given.
---@return string text
function ngx.config.nginx_configure() end

---Loads a module once a VM, found as lua_package_path and -cpath say.
---@param name string
---@return any value
function require(name) end

---Runs a file, which is read anew each time.
---@param path string
---@return any ...
function dofile(path) end

---Compiles a file.
---@param path string
---@return function fn
---@return string message
function loadfile(path) end

---Compiles a text, on every Lua.
---@param code string
---@param name? string
---@return function fn
---@return string message
function loadstring(code, name) end

---A variable of the environment, as far as `env` lets it through.
---@param name string
---@return any value
function os.getenv(name) end

---Lua's own coroutine.create, which the scheduler does not know.
---@param ... any
function coroutine._create(...) end

---Lua's own coroutine.resume, which the scheduler does not know.
---@param ... any
function coroutine._resume(...) end

---Lua's own coroutine.yield, which the scheduler does not know.
---@param ... any
function coroutine._yield(...) end

---Lua's own coroutine.wrap, which the scheduler does not know.
---@param ... any
function coroutine._wrap(...) end

---Lua's own coroutine.status, which the scheduler does not know.
---@param ... any
function coroutine._status(...) end

---coroutine.create as the scheduler knows it, in every phase.
---@param ... any
function coroutine.__create(...) end

---coroutine.resume as the scheduler knows it, in every phase.
---@param ... any
function coroutine.__resume(...) end

---coroutine.yield as the scheduler knows it, in every phase.
---@param ... any
function coroutine.__yield(...) end

---coroutine.wrap as the scheduler knows it, in every phase.
---@param ... any
function coroutine.__wrap(...) end

---coroutine.status as the scheduler knows it, in every phase.
---@param ... any
function coroutine.__status(...) end
