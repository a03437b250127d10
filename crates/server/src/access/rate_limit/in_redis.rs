//! Counted in Redis or Valkey, for all instances together, by the server's own clock.

use std::sync::LazyLock;
use std::time::Duration;

use redis::Script;

use super::{Count, Quota, Subject};
use crate::redis_link::RedisLink;

/// GCRA. The key holds the theoretical arrival time in microseconds; it goes by itself when the burst is whole again.
/// Gives {whether it may, how many are left, microseconds to wait}.
const GCRA: &str = r"
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local step, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local arrival = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now)
local after = arrival + step
local room = now + burst * step - after
if room < 0 then return {0, 0, math.ceil(-room)} end
redis.call('SET', KEYS[1], string.format('%.2f', after), 'PX', math.ceil((after - now) / 1000) + 1)
return {1, math.floor(room / step + 0.001), 0}
";

static SCRIPT: LazyLock<Script> = LazyLock::new(|| Script::new(GCRA));

/// None where Redis does not answer.
pub(super) async fn take(redis: &RedisLink, quota: &Quota, subject: Subject) -> Option<Count> {
    let key = match subject {
        Subject::Caller(actor) => format!("plimsoll:rate:{}:{actor}", quota.name),
        Subject::Address(address) => format!("plimsoll:rate:{}:{address}", quota.name),
    };
    let step = 1e6 / f64::from(quota.rate.max(1));
    let answer = redis.ask(|mut connection| async move {
        let (key, burst) = (key, quota.burst);
        SCRIPT.key(key).arg(step).arg(burst).invoke_async::<(u8, u32, u64)>(&mut connection).await
    });
    let (may, remaining, wait) = answer.await?;
    Some(Count { remaining, wait: (may == 0).then(|| Duration::from_micros(wait)) })
}
