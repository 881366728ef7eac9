package clickhouse

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
)

const bookmarkFile = "bookmarks.json"

func (s *spool) bookmarks() (map[string]string, error) {
	places := map[string]string{}
	content, err := os.ReadFile(filepath.Join(s.dir, bookmarkFile))
	if errors.Is(err, os.ErrNotExist) {
		return places, nil
	}
	if err == nil {
		err = json.Unmarshal(content, &places)
	}
	return places, err
}

func (s *spool) bookmark(name string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	places, err := s.bookmarks()
	return places[name], err
}

func (s *spool) setBookmark(name, value string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	places, err := s.bookmarks()
	if err != nil {
		return err
	}
	places[name] = value
	content, err := json.Marshal(places)
	if err != nil {
		return err
	}
	return s.write(bookmarkFile, content)
}
