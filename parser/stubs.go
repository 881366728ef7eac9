package parser

// Each method here moves to the file of its format when that is written; this file is gone then.

type shapeMemory struct{}
type csvHeader struct{}
type phpState struct{}
type slowState struct{}

func trimSpace(b []byte) []byte {
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\t') {
		b = b[1:]
	}
	return b
}
func (s *Scanner) nginxError(line []byte, rec *Record) bool                { return false }
func (s *Scanner) nginxStartup(line []byte, rec *Record) bool              { return false }
func (s *Scanner) accessCombined(line []byte, rec *Record) bool            { return false }
func (s *Scanner) accessShaped(line []byte, rec *Record) bool              { return false }
func (s *Scanner) accessJSON(line []byte, rec *Record) bool                { return false }
func (s *Scanner) apacheError(line []byte, rec *Record) bool               { return false }
func (s *Scanner) haproxyHTTP(line []byte, rec *Record) bool               { return false }
func (s *Scanner) haproxyTCP(line []byte, rec *Record) bool                { return false }
func (s *Scanner) haproxyMessage(line []byte, rec *Record) bool            { return false }
func (s *Scanner) phpfpmMain(line []byte, rec *Record) bool                { return false }
func (s *Scanner) phpfpmSlow(line []byte, rec *Record) bool                { return false }
func (s *Scanner) phpfpmAccess(line []byte, rec *Record) bool              { return false }
func (s *Scanner) phpError(line []byte, rec *Record) bool                  { return false }
func (s *Scanner) mysqlError(line []byte, rec *Record) bool                { return false }
func (s *Scanner) mysqlSlow(line []byte, rec *Record) bool                 { return false }
func (s *Scanner) kernelMessage(line []byte, rec *Record) bool             { return false }
func (s *Scanner) cronMessage(line []byte, rec *Record) bool               { return false }
func (s *Scanner) systemdMessage(line []byte, rec *Record) bool            { return false }
func (s *Scanner) resolverMessage(line []byte, rec *Record) bool           { return false }
func (s *Scanner) appJSON(line []byte, rec *Record) bool                   { return false }
func (s *Scanner) appLogfmt(line []byte, rec *Record) bool                 { return false }
func (s *Scanner) appText(line []byte, rec *Record) bool                   { return false }
func (s *Scanner) appTrace(line []byte, rec *Record) bool                  { return false }
func (s *Scanner) deploysJSONL(line []byte, rec *Record) bool              { return false }
func (s *Scanner) loadCSV(line []byte, rec *Record) bool                   { return false }
func (s *Scanner) nginxErrorGoesOn(rec *Record, line []byte) bool          { return false }
func (s *Scanner) phpErrorGoesOn(rec *Record, line []byte) bool            { return false }
func (s *Scanner) phpfpmSlowGoesOn(rec *Record, line []byte) bool          { return false }
func (s *Scanner) mysqlSlowGoesOn(rec *Record, line []byte) bool           { return false }
func (s *Scanner) mysqlErrorGoesOn(rec *Record, line []byte) bool          { return false }
func (s *Scanner) appGoesOn(rec *Record, line []byte) bool                 { return false }
func (s *Scanner) appTraceGoesOn(rec *Record, line []byte) bool            { return false }
func (s *Scanner) nginxErrorFinish(whole []byte, rec *Record)              {}
func (s *Scanner) phpErrorFinish(whole []byte, rec *Record)                {}
func (s *Scanner) phpfpmSlowFinish(whole []byte, rec *Record)              {}
func (s *Scanner) mysqlSlowFinish(whole []byte, rec *Record)               {}
func (s *Scanner) appFinish(whole []byte, rec *Record)                     {}
func (s *Scanner) unwrap(line []byte, rec *Record) (inner []byte, ok bool) { return nil, false }
func (s *Scanner) enveloped(env, rec *Record)                              {}
func (s *Scanner) syslogMessage(inner []byte, rec *Record)                 {}
