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
	DeploysJSONL, AccessJSON, AppJSON, MySQLError, MySQLSlow, HAProxyHTTP, HAProxyTCP, AccessCombined, PHPFPMAccess, LoadCSV,
	AccessShaped, AppLogfmt, AppText, AppTrace,
}

// wrappedOrder is the same for what a syslog or journal envelope carried. An envelope's program name picks nothing by itself
// (a container may be called anything); decoders that need it find it in rec.Program.
var wrappedOrder = [...]Format{
	HAProxyHTTP, HAProxyTCP, HAProxyMessage, NginxError, AccessCombined, PHPFPMMain, ApacheError, AccessJSON, AppJSON,
	KernelMessage, CronMessage, SystemdMessage, ResolverMessage, MySQLError, PHPError, AccessShaped, AppLogfmt,
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
func (s *Scanner) parse(line []byte, rec *Record) Format {
	if len(trimSpace(line)) == 0 {
		rec.Kind = Blank
		return NoFormat
	}
	if s.wrapped {
		if f := s.parseWrapped(line, rec); f != NoFormat {
			return f
		}
	}
	for _, f := range s.recent {
		if f == NoFormat {
			break
		}
		if s.decode(f, line, rec) {
			return s.accepted(f, false, rec)
		}
		rec.Reset()
	}
	for _, f := range bareOrder[:bareStrict] {
		if s.decode(f, line, rec) {
			return s.accepted(f, false, rec)
		}
		rec.Reset()
	}
	if !s.wrapped {
		if f := s.parseWrapped(line, rec); f != NoFormat {
			return f
		}
	}
	for _, f := range bareOrder[bareStrict:] {
		if s.decode(f, line, rec) {
			return s.accepted(f, false, rec)
		}
		rec.Reset()
	}
	rec.Kind = Unparsed
	return NoFormat
}

// bareStrict counts the formats of bareOrder that come before envelopes are tried.
const bareStrict = len(bareOrder) - 4

// parseWrapped takes an envelope off and reads what is inside; a line with an envelope is a record even where nothing knows
// its inside.
func (s *Scanner) parseWrapped(line []byte, rec *Record) Format {
	inner, ok := s.unwrap(line, rec)
	if !ok {
		rec.Reset()
		return NoFormat
	}
	env := *rec
	for _, f := range s.recent {
		if f == NoFormat {
			break
		}
		if s.decode(f, inner, rec) {
			s.enveloped(&env, rec)
			return s.accepted(f, true, rec)
		}
		*rec = env
	}
	for _, f := range wrappedOrder {
		if s.decode(f, inner, rec) {
			s.enveloped(&env, rec)
			return s.accepted(f, true, rec)
		}
		*rec = env
	}
	s.syslogMessage(inner, rec)
	return s.accepted(SyslogMessage, true, rec)
}

// accepted notes that f read the line, so that it is tried first on the next one.
func (s *Scanner) accepted(f Format, wrapped bool, rec *Record) Format {
	rec.Format = f
	s.wrapped = wrapped
	if s.recent[0] != f {
		i := 1
		for i < len(s.recent)-1 && s.recent[i] != f {
			i++
		}
		copy(s.recent[1:i+1], s.recent[:i])
		s.recent[0] = f
	}
	return f
}
