package parser

// decode reads line as one given format. It fills rec and returns true, or leaves rec to be reset and returns false.
// The switch instead of a table of functions keeps the call direct.
func (s *Scanner) decode(f Format, line []byte, rec *Record) bool {
	switch f {
	case NginxError:
		return s.nginxError(line, rec)
	case NginxStartup:
		return s.nginxStartup(line, rec)
	case AccessCombined:
		return s.accessCombined(line, rec)
	case AccessShaped:
		return s.accessShaped(line, rec)
	case AccessJSON:
		return s.accessJSON(line, rec)
	case ApacheError:
		return s.apacheError(line, rec)
	case HAProxyHTTP:
		return s.haproxyHTTP(line, rec)
	case HAProxyTCP:
		return s.haproxyTCP(line, rec)
	case HAProxyMessage:
		return s.haproxyMessage(line, rec)
	case PHPFPMMain:
		return s.phpfpmMain(line, rec)
	case PHPFPMSlow:
		return s.phpfpmSlow(line, rec)
	case PHPFPMAccess:
		return s.phpfpmAccess(line, rec)
	case PHPError:
		return s.phpError(line, rec)
	case MySQLError:
		return s.mysqlError(line, rec)
	case MySQLSlow:
		return s.mysqlSlow(line, rec)
	case KernelMessage:
		return s.kernelMessage(line, rec)
	case CronMessage:
		return s.cronMessage(line, rec)
	case SystemdMessage:
		return s.systemdMessage(line, rec)
	case ResolverMessage:
		return s.resolverMessage(line, rec)
	case AppJSON:
		return s.appJSON(line, rec)
	case AppLogfmt:
		return s.appLogfmt(line, rec)
	case AppText:
		return s.appText(line, rec)
	case AppTrace:
		return s.appTrace(line, rec)
	case DeploysJSONL:
		return s.deploysJSONL(line, rec)
	case LoadCSV:
		return s.loadCSV(line, rec)
	}
	return false
}

// bareOrder is the order in which formats are tried on a line without envelope: those that are told by their first bytes
// first, the forgiving ones last. A decoder refuses what is not its own within a few bytes.
var bareOrder = [...]Format{
	NginxError, ApacheError, PHPFPMMain, PHPFPMSlow, PHPError, NginxStartup, HAProxyMessage,
	MySQLError, MySQLSlow, KernelMessage, ResolverMessage, HAProxyHTTP, HAProxyTCP, AccessCombined,
	PHPFPMAccess, LoadCSV,
	AccessShaped, AppLogfmt, AppText, AppTrace,
}

// jsonOrder is the same for lines that are one JSON object, the pickiest first. Timelines do not come in envelopes.
var jsonOrder = [...]Format{DeploysJSONL, AccessJSON, AppJSON}

// wrappedOrder is the same for what a syslog or journal envelope carried. An envelope's program name picks nothing by itself
// (a container may be called anything); decoders that need it find it in rec.Program.
var wrappedOrder = [...]Format{
	HAProxyHTTP, HAProxyTCP, HAProxyMessage, NginxError, NginxStartup, AccessCombined, PHPFPMMain, PHPFPMSlow, PHPFPMAccess,
	ApacheError, KernelMessage, CronMessage, SystemdMessage, ResolverMessage, MySQLError, PHPError,
	AccessShaped, AppLogfmt, AppText, AppTrace,
}

// continuation reports whether line belongs to the record rec that was begun; it may take note of what the line says.
type continuation func(s *Scanner, rec *Record, line []byte) bool

// continuations holds, for formats whose records may span lines, what tells a line that goes on from one that begins.
var continuations = [SadfJSON + 1]continuation{
	NginxError: (*Scanner).nginxErrorGoesOn,
	PHPError:   (*Scanner).phpErrorGoesOn,
	PHPFPMSlow: (*Scanner).phpfpmSlowGoesOn,
	MySQLSlow:  (*Scanner).mysqlSlowGoesOn,
	MySQLError: (*Scanner).mysqlErrorGoesOn,
	AppText:    (*Scanner).appGoesOn,
	AppLogfmt:  (*Scanner).appGoesOn,
	AppJSON:    (*Scanner).appGoesOn,
	AppTrace:   (*Scanner).appTraceGoesOn,
}

// finish lets a format complete a record once all its lines are known. whole is the record without its last line end.
func (s *Scanner) finish(f Format, whole []byte, rec *Record) {
	switch f {
	case NginxError:
		s.nginxErrorFinish(whole, rec)
	case PHPError:
		s.phpErrorFinish(whole, rec)
	case PHPFPMSlow:
		s.phpfpmSlowFinish(whole, rec)
	case MySQLSlow:
		s.mysqlSlowFinish(whole, rec)
	case AppTrace, AppText, AppLogfmt, AppJSON:
		s.appFinish(whole, rec)
	}
}

// parse recognises and reads one line. It always sets rec.Kind, and returns the format that accepted the line.
//
// The formats that last accepted a line are tried first, except for those that take nearly anything: a stricter format
// that has not been seen here before must have its chance at every line.
func (s *Scanner) parse(line []byte, rec *Record) Format {
	if s.plainAgain(line, rec) {
		return AccessCombined
	}
	if f, ok := s.sameHead(line, rec); ok {
		return f
	}
	if isBlank(line) {
		rec.Kind = Blank
		return NoFormat
	}
	wrapped := s.wrapped || len(line) > 1 && line[1] == '"' && isJSONEnvelope(line)
	if wrapped {
		if f, ok := s.parseWrapped(line, rec); ok {
			return f
		}
	}
	if isJSONObject(line) {
		for _, f := range jsonOrder {
			if s.decode(f, line, rec) {
				return s.accepted(f, rec)
			}
			rec.Reset()
		}
	}
	for _, f := range s.bareRecent {
		if isForgiving(f) {
			continue
		}
		if s.decode(f, line, rec) {
			return s.accepted(f, rec)
		}
		rec.Reset()
	}
	if f := s.parseBare(bareOrder[:bareStrict], line, rec); f != NoFormat {
		return f
	}
	if !wrapped {
		if f, ok := s.parseWrapped(line, rec); ok {
			return f
		}
	}
	if f := s.parseBare(bareOrder[bareStrict:], line, rec); f != NoFormat {
		return f
	}
	rec.Kind = Unparsed
	if s.severed {
		rec.Kind = Continuation
	}
	return NoFormat
}

// bareStrict counts the formats of bareOrder that come before envelopes are tried.
const bareStrict = len(bareOrder) - 4

// parseBare gives line to those of the formats that have not been tried as recent ones.
func (s *Scanner) parseBare(formats []Format, line []byte, rec *Record) Format {
	for _, f := range formats {
		if s.bareRecent.has(f) && !isForgiving(f) {
			continue
		}
		if s.decode(f, line, rec) {
			return s.accepted(f, rec)
		}
		rec.Reset()
	}
	return NoFormat
}

func (s *Scanner) accepted(f Format, rec *Record) Format {
	rec.Format = f
	s.wrapped, s.severed = false, false
	s.bareRecent.add(f)
	// What an application printed without a time stamp is as old as the last line that had one.
	if rec.Time == 0 && (rec.Daemon == App || f == AppTrace) && s.lately.resolution != 0 {
		s.lately.stamp(rec)
	}
	return f
}

// parseWrapped takes an envelope off and reads what is inside; a line with an envelope is a record even where nothing knows
// its inside.
func (s *Scanner) parseWrapped(line []byte, rec *Record) (f Format, ok bool) {
	var env envelope
	inner, ok := s.unwrap(line, &env)
	if !ok {
		s.wrapped = false
		return NoFormat, false
	}
	s.wrapped, s.severed = true, false
	s.introduce(&env)
	if env.partial {
		rec.Kind, rec.Format = Continuation, SyslogMessage
		return NoFormat, true
	}
	if isBlank(inner) {
		return NoFormat, true
	}
	if s.nginxGoesOnWrapped(inner) {
		rec.Kind, rec.Format = Continuation, NginxError
		return NginxError, true
	}
	if isJSONObject(inner) {
		for _, f := range jsonOrder[1:] {
			env.open(rec)
			if s.decode(f, inner, rec) {
				return s.acceptedWrapped(f, &env, rec), true
			}
			rec.Reset()
		}
	}
	for _, f := range s.wrappedRecent {
		if isForgiving(f) {
			continue
		}
		env.open(rec)
		if s.decode(f, inner, rec) {
			return s.acceptedWrapped(f, &env, rec), true
		}
		rec.Reset()
	}
	for _, f := range wrappedOrder {
		if s.wrappedRecent.has(f) && !isForgiving(f) {
			continue
		}
		env.open(rec)
		if s.decode(f, inner, rec) {
			return s.acceptedWrapped(f, &env, rec), true
		}
		rec.Reset()
	}
	env.open(rec)
	s.syslogMessage(inner, rec)
	s.enveloped(&env, rec)
	rec.Format = SyslogMessage
	return SyslogMessage, true
}

func (s *Scanner) acceptedWrapped(f Format, env *envelope, rec *Record) Format {
	s.enveloped(env, rec)
	rec.Format = f
	s.wrappedRecent.add(f)
	return f
}

// recency lists the formats that last accepted a line, the latest first.
type recency [4]Format

func (r *recency) has(f Format) bool {
	return r[0] == f || r[1] == f || r[2] == f || r[3] == f
}

func (r *recency) add(f Format) {
	if r[0] == f {
		return
	}
	i := 1
	for i < len(r)-1 && r[i] != f {
		i++
	}
	copy(r[1:i+1], r[:i])
	r[0] = f
}

// isForgiving reports whether f takes lines of very different making. So does NoFormat.
func isForgiving(f Format) bool {
	return f == NoFormat || f == AppText || f == AppTrace
}

// isJSONObject reports whether line looks like one.
func isJSONObject(line []byte) bool {
	line = trimSpace(line)
	return len(line) > 0 && line[0] == '{'
}

// isBlank reports whether nothing of line would be visible.
func isBlank(line []byte) bool {
	for _, c := range line {
		if c > ' ' {
			return false
		}
	}
	return true
}
