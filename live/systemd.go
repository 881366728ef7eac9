package live

import (
	"fmt"
	"net"
	"os"
)

// Systemd tells the service manager how the service does, as sd_notify(3) describes it. The zero value tells nobody.
type Systemd struct{ socket string }

// NewSystemd reads from the environment where to tell.
func NewSystemd() Systemd { return Systemd{os.Getenv("NOTIFY_SOCKET")} }

// Notify sends one state, such as READY=1.
func (s Systemd) Notify(state string) error {
	if s.socket == "" {
		return nil
	}
	name := s.socket
	if name[0] == '@' {
		name = "\x00" + name[1:]
	}
	conn, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: name, Net: "unixgram"})
	if err != nil {
		return fmt.Errorf("tell systemd: %w", err)
	}
	defer conn.Close()
	_, err = conn.Write([]byte(state))
	return err
}
