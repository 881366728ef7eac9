package parser

import "bytes"

// memberDuration reads the value of a member that role says is a duration, as µs; Unknown if it is none.
func memberDuration(role appRole, b []byte) int64 {
	if last := b[len(b)-1]; last-'0' > 9 {
		return durationText(b)
	}
	switch role {
	case roleMillis:
		return decimal(b, 1000)
	case roleSeconds:
		return decimal(b, second)
	case roleMicros:
		return decimal(b, 1)
	case roleNanos:
		return nanos(b)
	}
	return unitlessDuration(b)
}

func nanos(b []byte) int64 {
	if v := decimal(b, 1); v >= 0 {
		return v / 1000
	}
	return Unknown
}

// unitlessDuration reads a number whose unit nobody tells. Whole numbers from a million on are nanoseconds, as log/slog prints a
// time.Duration; smaller ones milliseconds. Numbers with at least four decimals, or with three and less than ten before them,
// are seconds, as zap and Python print them; others milliseconds, as Rails prints them.
func unitlessDuration(b []byte) int64 {
	point := bytes.IndexByte(b, '.')
	switch {
	case point < 0 && len(b) > 6:
		return nanos(b)
	case point < 0:
		return decimal(b, 1000)
	}
	decimals := len(b) - point - 1
	if decimals >= 4 || decimals == 3 && point < 2 {
		return decimal(b, second)
	}
	return decimal(b, 1000)
}

// durationText reads "35ms", "1.2s", "250µs", "35 msecs" and Go's "1m2.5s" as µs; Unknown if b is none.
func durationText(b []byte) int64 {
	total := int64(0)
	for parts := 0; len(b) > 0; parts++ {
		n := 0
		for n < len(b) && (b[n]-'0' <= 9 || b[n] == '.') {
			n++
		}
		unit := n
		if unit < len(b) && b[unit] == ' ' {
			unit++
		}
		end := unit
		for end < len(b) && b[end]-'0' > 9 && b[end] != ' ' {
			end++
		}
		v := durationPart(b[:n], b[unit:end])
		if v < 0 || parts > 4 || total > 1<<60 {
			return Unknown
		}
		total += v
		b = b[end:]
	}
	return total
}

func durationPart(digits, unit []byte) int64 {
	if len(digits) == 0 {
		return Unknown
	}
	switch string(unit) {
	case "ns":
		return nanos(digits)
	case "us", "µs", "μs", "usec", "usecs":
		return decimal(digits, 1)
	case "ms", "msec", "msecs", "millis", "milliseconds":
		return decimal(digits, 1000)
	case "s", "sec", "secs", "seconds":
		return decimal(digits, second)
	case "m", "min":
		return minutes(digits, 60)
	case "h":
		return minutes(digits, 3600)
	}
	return Unknown
}

func minutes(digits []byte, seconds int64) int64 {
	v := decimal(digits, second)
	if v < 0 || v > 1<<50 {
		return Unknown
	}
	return v * seconds
}
