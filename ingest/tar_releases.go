package ingest

import (
	"archive/tar"
	"path"
	"slices"
	"strings"
	"time"
)

// packed are the releases of a tar archive: its links, and the folders they choose among, which may stand behind them.
type packed struct {
	links   []packedLink
	folders map[string]map[string]time.Time // of each parent, by name; zero where only files in it are there
}

type packedLink struct {
	swap
	parent string // of what the link leads to, as the archive names it
}

// maxShelves bounds the folders with releases in one archive.
const maxShelves = 200

// meet takes note of a member.
func (p *packed) meet(archive string, h *tar.Header) {
	name := path.Clean(strings.TrimPrefix(h.Name, "/"))
	switch h.Typeflag {
	case tar.TypeSymlink:
		if !isSwap(path.Base(name), h.Linkname) || len(p.links) >= maxShelves {
			return
		}
		parent := path.Dir(path.Clean(h.Linkname))
		if !path.IsAbs(parent) {
			parent = path.Join(path.Dir(name), parent)
		}
		s := swap{link: memberName(archive, h.Name), target: h.Linkname, at: h.ModTime}
		p.links = append(p.links, packedLink{s, strings.TrimPrefix(parent, "/")})
	case tar.TypeDir:
		p.shelve(name, h.ModTime)
	default:
		parts := strings.Split(name, "/")
		for i := 1; i < len(parts)-1; i++ {
			if isShelf(parts[i-1]) {
				p.shelve(path.Join(parts[:i+1]...), time.Time{})
			}
		}
	}
}

// shelve keeps a folder that lies in one of releases.
func (p *packed) shelve(name string, at time.Time) {
	parent, base := path.Dir(name), path.Base(name)
	if !isShelf(path.Base(parent)) {
		return
	}
	if p.folders == nil {
		p.folders = map[string]map[string]time.Time{}
	}
	shelf := p.folders[parent]
	if shelf == nil {
		if len(p.folders) >= maxShelves {
			return
		}
		shelf = map[string]time.Time{}
		p.folders[parent] = shelf
	}
	if _, known := shelf[base]; (!known && len(shelf) < 20*maxReleases) || !at.IsZero() && known {
		shelf[base] = at
	}
}

// swaps are the links with the folders beside them, once the archive has been read.
func (p *packed) swaps() []swap {
	var all []swap
	for _, l := range p.links {
		for name, at := range p.folders[l.parent] {
			l.folders = append(l.folders, folder{name, at})
		}
		slices.SortFunc(l.folders, func(a, b folder) int { return strings.Compare(a.name, b.name) })
		l.folders = l.folders[max(0, len(l.folders)-maxReleases):]
		all = append(all, l.swap)
	}
	return all
}
