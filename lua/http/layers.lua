-- Encoders that stand above a protocol's and change what passes: they are put in by header filters, each below those
-- that were there before, so that a filter that comes later sees what earlier ones made.
local layers = {}

--- Puts an encoder in; its state, which has `next`, the encoder below, is the caller's to keep in r.
function layers.insert(r, encoder, state)
    local lowest = r.lowest_layer
    if lowest then
        state.next = lowest.next
        lowest.next = encoder
    else
        state.next = r.encoder
        r.encoder = encoder
    end
    r.lowest_layer = state
end

--- Puts an encoder in above all others.
function layers.insert_top(r, encoder, state)
    state.next, r.encoder = r.encoder, encoder
    r.lowest_layer = r.lowest_layer or state
end

return layers
