package io.xg2g.cluster;

/**
 * Scripts of the leases for Redis 6 and later, and Valkey.
 *
 * <pre>
 * lease:&lt;resource&gt;   "fence name run" of its owner; lives for the time of a lease after each renewal
 * state:&lt;resource&gt;   hash: fence of the latest owner, data that it left for the next one; lives for a week
 * guard              hash: run_id of the server, time of the latest script, beginning of the time without grants, latest fence
 * </pre>
 *
 * <p>Redis can lose what it has answered: by a restart without its latest data, by a failover to a replica, or by deletion; and its
 * clock can jump, which ends keys early. So nothing is granted for the time of a lease after the guard was lost, after another process
 * of Redis has answered, and after no gateway has sent anything for as long. In that time, leases that are still valid at their owners
 * are written again. Fence numbers are microseconds of the clock where they would otherwise go back, so that they increase even if all
 * data is lost.
 */
final class LeaseScripts {
    private LeaseScripts() {}

    /** KEYS[1]: guard; ARGV[1]: time of a lease in ms. */
    private static final String GUARD = """
            local time = redis.call('TIME')
            local micros = time[1] * 1000000 + time[2]
            local now = math.floor(micros / 1000)
            local life = tonumber(ARGV[1])
            local info = redis.pcall('INFO', 'server')
            local run = type(info) == 'string' and string.match(info, 'run_id:(%w+)') or ''
            local guard = redis.call('HMGET', KEYS[1], 'run', 'seen', 'since')
            local seen = tonumber(guard[2])
            local since = tonumber(guard[3])
            if guard[1] ~= run or not seen or not since or now - seen > life or since > now then
              since = now
              redis.call('HSET', KEYS[1], 'run', run, 'since', string.format('%.0f', since))
            end
            redis.call('HSET', KEYS[1], 'seen', string.format('%.0f', now))
            local settling = now - since < life
            """;

    /** KEYS[2]: lease, KEYS[3]: state; ARGV[2]: "name run", ARGV[3]: time of a state in s. */
    static final String ACQUIRE = GUARD + """
            local held = redis.call('GET', KEYS[2])
            if held then
              return {'owned', held}
            end
            if settling then
              return {'settling'}
            end
            local last = tonumber(redis.call('HGET', KEYS[1], 'fence') or 0)
            local fence = string.format('%.0f', math.max(last + 1, micros))
            redis.call('HSET', KEYS[1], 'fence', fence)
            redis.call('SET', KEYS[2], fence .. ' ' .. ARGV[2], 'PX', life)
            local data = redis.call('HGET', KEYS[3], 'data') or ''
            redis.call('HSET', KEYS[3], 'fence', fence)
            redis.call('EXPIRE', KEYS[3], ARGV[3])
            return {'granted', fence, data}
            """;

    /**
     * KEYS[2n]: lease, KEYS[2n+1]: state; ARGV[2]: "name run", ARGV[3]: time of a state in s; for each lease: fence, 1 if it was valid
     * when this was sent, data.
     */
    static final String RENEW = GUARD + """
            local answers = {}
            for i = 1, (#KEYS - 1) / 2 do
              local lease, state = KEYS[2 * i], KEYS[2 * i + 1]
              local fence, valid, data = ARGV[3 * i + 1], ARGV[3 * i + 2] == '1', ARGV[3 * i + 3]
              local value = fence .. ' ' .. ARGV[2]
              local held = redis.call('GET', lease)
              local last = redis.call('HGET', state, 'fence')
              local answer
              if not settling then
                -- The keys are what they were: the fence of the state is that of the latest owner.
                answer = (held == value or not held and last == fence) and 'held' or 'lost'
              elseif math.max(tonumber(last) or 0, tonumber(string.match(held or '0', '^%d+'))) > tonumber(fence) then
                answer = 'lost'
              elseif valid then
                -- Whoever the keys name had it before.
                answer = 'held'
              else
                answer = 'unknown'
              end
              if answer == 'held' then
                redis.call('SET', lease, value, 'PX', life)
                redis.call('HSET', state, 'fence', fence, 'data', data)
                redis.call('EXPIRE', state, ARGV[3])
              end
              answers[i] = answer
            end
            return answers
            """;

    /** KEYS[2]: state. Returns the fence of the latest owner, 0 if there was none; nothing while leases of before may be written again. */
    static final String LATEST = GUARD + """
            if settling then
              return false
            end
            return redis.call('HGET', KEYS[2], 'fence') or '0'
            """;

    /** KEYS[1]: lease, KEYS[2]: state; ARGV[1]: "fence name run", ARGV[2]: time of a state in s, ARGV[3]: data. */
    static final String RELEASE = """
            if redis.call('GET', KEYS[1]) ~= ARGV[1] then
              return 0
            end
            redis.call('DEL', KEYS[1])
            redis.call('HSET', KEYS[2], 'data', ARGV[3])
            redis.call('EXPIRE', KEYS[2], ARGV[2])
            return 1
            """;

    /**
     * KEYS[2]: entry of a gateway, KEYS[3]: names of the gateways; ARGV[2]: its name, ARGV[3]: entry, ARGV[4]: beginning of the keys of
     * entries. Returns the entry of before, then names and entries.
     */
    static final String ANNOUNCE = GUARD + """
            local answers = {redis.call('GET', KEYS[2]) or ''}
            redis.call('SET', KEYS[2], ARGV[3], 'PX', life)
            redis.call('SADD', KEYS[3], ARGV[2])
            for _, name in ipairs(redis.call('SMEMBERS', KEYS[3])) do
              local entry = redis.call('GET', ARGV[4] .. name)
              if entry then
                answers[#answers + 1] = name
                answers[#answers + 1] = entry
              else
                redis.call('SREM', KEYS[3], name)
              end
            end
            return answers
            """;

    /** KEYS[1]: entry of a gateway, KEYS[2]: names of the gateways; ARGV[1]: its name, ARGV[2]: entry. */
    static final String LEAVE = """
            if redis.call('GET', KEYS[1]) == ARGV[2] then
              redis.call('DEL', KEYS[1])
              redis.call('SREM', KEYS[2], ARGV[1])
            end
            return 1
            """;
}
