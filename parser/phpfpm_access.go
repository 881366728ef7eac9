package parser

// phpfpmAccess reads a pool's access.log. By default it is
//
//	127.0.0.1 -  21/Nov/2026:06:13:00 +0000 "GET /index.php" 500
//
// where user and path may be empty. The longer form that PHP-FPM's sample configuration proposes goes on with script,
// milliseconds, kilobytes and CPU share: `/srv/index.php 12.345 2048 8.10%`. Time is the completion.
func (s *Scanner) phpfpmAccess(line []byte, rec *Record) bool {
	client, b := cutWord(line)
	if len(client) == 0 || len(b) < 30 || b[0] != '-' || b[1] != ' ' {
		return false
	}
	_, b = cutWord(b[2:]) // user
	m, b, ok := s.clock.clf(b)
	if !ok || len(b) < 6 || b[0] != ' ' || b[1] != '"' {
		return false
	}
	request, b := cutField(b[1:])
	status, b, ok := signedNumber(b)
	if !ok || status < 0 || status > 999 {
		return false
	}
	m.stamp(rec)
	rec.Kind, rec.Daemon = Request, PHPFPM
	rec.Status = int32(status)
	if string(client) != "-" {
		rec.Client = client
	}
	rec.Method, rec.Path = cutWord(request)
	if len(b) > 0 && b[0] == '/' {
		rec.Script, b = cutWord(b)
		millis, rest := cutWord(b)
		if d, ok := fpmSeconds(millis); ok && len(rest) > 0 && rest[len(rest)-1] == '%' {
			rec.Duration = d / 1000
		}
	}
	return true
}
