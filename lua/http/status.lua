-- Status lines of HTTP/1 and the reason phrases nginx knows; a status without one keeps the space.
local format, pairs = string.format, pairs

local reasons = {
    [200] = "OK", [201] = "Created", [202] = "Accepted", [204] = "No Content", [206] = "Partial Content",
    [301] = "Moved Permanently", [302] = "Moved Temporarily", [303] = "See Other", [304] = "Not Modified",
    [307] = "Temporary Redirect", [308] = "Permanent Redirect",
    [400] = "Bad Request", [401] = "Unauthorized", [402] = "Payment Required", [403] = "Forbidden",
    [404] = "Not Found", [405] = "Not Allowed", [406] = "Not Acceptable", [408] = "Request Time-out",
    [409] = "Conflict", [410] = "Gone", [411] = "Length Required", [412] = "Precondition Failed",
    [413] = "Request Entity Too Large", [414] = "Request-URI Too Large", [415] = "Unsupported Media Type",
    [416] = "Requested Range Not Satisfiable", [421] = "Misdirected Request", [429] = "Too Many Requests",
    [500] = "Internal Server Error", [501] = "Not Implemented", [502] = "Bad Gateway",
    [503] = "Service Temporarily Unavailable", [504] = "Gateway Time-out", [505] = "HTTP Version Not Supported",
    [507] = "Insufficient Storage",
}

local lines = {}
for code, reason in pairs(reasons) do
    lines[code] = format("HTTP/1.1 %03d %s\r\n", code, reason)
end

local status = {reasons = reasons}

--- "HTTP/1.1 200 OK\r\n"; always 1.1, also in answers to HTTP/1.0.
function status.line(code)
    local line = lines[code]
    if not line then
        line = format("HTTP/1.1 %03d \r\n", code)
        if code < 1000 then lines[code] = line end
    end
    return line
end

return status
