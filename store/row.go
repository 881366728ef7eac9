package store

import (
	"bytes"

	"culprit/parser"
)

// rowTexts gives the countless texts of event rows one string each.
type rowTexts struct {
	clients, agents, paths, messages textCache
}

// textHashes are the seeded hashes of the texts of a row, which tell them: 0 where a text is empty, or its hash not known.
type textHashes struct {
	client, agent, path, message uint64
}

func newRowTexts() *rowTexts {
	return &rowTexts{clients: newTextCache(1 << 12), agents: newTextCache(1 << 9), paths: newTextCache(1 << 12), messages: newTextCache(1 << 12)}
}

func (t *rowTexts) row(rec *parser.Record, time int64) (row eventRow) {
	row.weight, row.time, row.line, row.offset, row.pid, row.conn, row.bytes = 1, time, rec.Line, rec.Offset, rec.PID, rec.Conn, rec.Bytes
	row.duration, row.queue, row.connect, row.header, row.response = rec.Duration, rec.Queue, rec.Connect, rec.Header, rec.Response
	row.retries, row.queuedServer, row.queuedBackend, row.active = rec.Retries, rec.QueuedServer, rec.QueuedBackend, rec.Active
	if len(rec.Client) > 0 {
		row.client, row.hashes.client, _ = t.clients.get(cut(rec.Client, sketchText))
	}
	if len(rec.UserAgent) > 0 {
		row.agent, row.hashes.agent, _ = t.agents.get(cut(rec.UserAgent, textLimit))
	}
	if len(rec.Path) > 0 {
		row.path, row.hashes.path, _ = t.paths.get(cut(rec.Path, pathLimit))
	}
	row.message, row.hashes.message, _ = t.messages.get(cut(rec.Message, MaxMessage))
	if len(rec.Detail) > 0 {
		row.detail = string(cut(rec.Detail, MaxDetail))
	}
	return row
}

// pathLimit bounds a stored path with its query, in bytes.
const pathLimit = 1024

// cut shortens text to limit bytes and replaces zero bytes, at which SQL functions would end it.
func cut(text []byte, limit int) []byte {
	if len(text) > limit {
		text = wholeRunes(text[:limit])
	}
	if i := bytes.IndexByte(text, 0); i >= 0 {
		return bytes.ReplaceAll(text, zeroByte, questionMark)
	}
	return text
}

var zeroByte, questionMark = []byte{0}, []byte{'?'}
