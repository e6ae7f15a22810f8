-- Modules under OpenResty's names whose files stand elsewhere in our tree: name → path below the root. Files in
-- resty/, table/ and thread/ need no line here: they stand under their names.
return {
    ["ngx.re"] = "ngx/re_split.lua",
}
