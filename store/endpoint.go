package store

// endpointLimit bounds an endpoint, in bytes; what lies beyond is cut at a segment and shown as "/…".
const endpointLimit = 96

// idSegment is what a variable part of a path becomes.
const idSegment = ":id"

// appendEndpoint appends the endpoint of a request's path to dst: the path without scheme, host, parameters, query and
// fragment, in which numbers, hashes, UUIDs and other long random segments are ":id". Neighbouring ids count as one, so that
// "/2026/11/21/post" and "/2025/1/2/post" are one endpoint. An extension stays: "/img/:id.jpg".
func appendEndpoint(dst, path []byte) []byte {
	start := len(dst)
	path = pathOnly(path)
	wasID := false
	for len(path) > 0 {
		if path[0] == '/' {
			path = path[1:]
			if len(path) == 0 && len(dst) > start {
				break
			}
			if len(path) > 0 && path[0] == '/' {
				continue
			}
			dst = append(dst, '/')
		}
		end := 0
		for end < len(path) && path[end] != '/' {
			end++
		}
		segment := path[:end]
		path = path[end:]
		stem := segment[:stemLength(segment)]
		isID := variable(stem)
		switch {
		case isID && wasID && len(stem) == len(segment):
			dst = dst[:len(dst)-1]
			continue
		case len(dst)-start+min(len(segment), len(idSegment)) > endpointLimit, !isID && len(dst)-start+len(segment) > endpointLimit:
			return append(dst, "…"...)
		case isID:
			dst = appendPrintable(append(dst, idSegment...), segment[len(stem):])
		default:
			dst = appendPrintable(dst, segment)
		}
		wasID = isID && len(stem) == len(segment)
	}
	return dst
}

// pathOnly strips scheme and host in front of a path, and whatever follows it.
func pathOnly(path []byte) []byte {
	for i, c := range path {
		if c == '?' || c == '#' || c == ';' {
			path = path[:i]
			break
		}
	}
	if len(path) == 0 || path[0] == '/' {
		return path
	}
	for i := 0; i+2 < len(path); i++ {
		if path[i] != ':' || path[i+1] != '/' || path[i+2] != '/' {
			continue
		}
		for j := i + 3; j < len(path); j++ {
			if path[j] == '/' {
				return path[j:]
			}
		}
		return path[len(path):]
	}
	return path
}

// stemLength is the length of a segment without a file extension of up to five letters.
func stemLength(segment []byte) int {
	for i := len(segment) - 1; i > 0 && len(segment)-i <= 6; i-- {
		switch c := segment[i]; {
		case c == '.' && i < len(segment)-1:
			return i
		case c < 'A':
			return len(segment)
		}
	}
	return len(segment)
}

// variable reports whether a segment looks like a value rather than a name: all digits, a digest or UUID, or long and rich in
// digits. "v2", "php8" and "oauth2" are names.
func variable(segment []byte) bool {
	digits, hex, run, longest := 0, 0, 0, 0
	for _, c := range segment {
		switch {
		case c >= '0' && c <= '9':
			digits++
			run++
			longest = max(longest, run)
			continue
		case c >= 'a' && c <= 'f', c >= 'A' && c <= 'F', c == '-':
			hex++
		}
		run = 0
	}
	n := len(segment)
	switch {
	case digits == 0:
		return false
	case digits == n, longest >= 4:
		return true
	case digits+hex == n && n >= 8:
		return true
	}
	return n >= 16 && digits >= 3
}

// appendPrintable appends text with control characters replaced.
func appendPrintable(dst, text []byte) []byte {
	for _, c := range text {
		if c < ' ' || c == 0x7f {
			c = '?'
		}
		dst = append(dst, c)
	}
	return dst
}
