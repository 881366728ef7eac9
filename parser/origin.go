package parser

// Origin returns who wrote a line as the envelope around it tells: syslog, the journal, a container runtime. Both are empty for a line
// without one. They borrow from line or from the Scanner and are valid until its next call. It makes no record and moves no position; a Scanner
// that is used for this is used for nothing else.
func (s *Scanner) Origin(line []byte) (host, program []byte) {
	s.scratch.reset()
	env := envelope{}
	if _, ok := s.unwrap(line, &env); !ok {
		return nil, nil
	}
	return env.host, env.program
}

// introduce gives an envelope that names nobody the names that the Scanner was told.
func (s *Scanner) introduce(env *envelope) {
	if len(env.host) == 0 {
		env.host = s.opts.Host
	}
	if len(env.program) > 0 || len(s.opts.Program) == 0 {
		return
	}
	env.program = s.opts.Program
	if d := daemonOf(env.program); env.daemon == NoDaemon && d != Syslog {
		env.daemon = d
	}
}
