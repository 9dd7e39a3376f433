-- What wrk tells at the end, as one line: requests per second, p50 and p95 in milliseconds, and how many answers were errors.
done = function(summary, latency, requests)
   local errors = summary.errors
   io.write(string.format("RESULT %.1f %.1f %.1f %d\n", summary.requests / (summary.duration / 1000000),
      latency:percentile(50) / 1000, latency:percentile(95) / 1000,
      errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
