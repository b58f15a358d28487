-- Keys: what is left, who holds which unit, when holds end. Arguments: the buyer, the end.
-- Answers the unit, 0 when nothing is left, -1 when the buyer holds one already.
if redis.call('hexists', KEYS[2], ARGV[1]) == 1 then
    return -1
end
if tonumber(redis.call('get', KEYS[1])) <= 0 then
    return 0
end
local unit = redis.call('decr', KEYS[1]) + 1
redis.call('hset', KEYS[2], ARGV[1], unit)
redis.call('zadd', KEYS[3], ARGV[2], ARGV[1])
return unit
