package main

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// aloneOn makes this process the only tail that writes to a database, until release is called or the process ends: two would count every
// line twice. It keeps a lock on a file beside the database, named as it with ".lock" behind, which stays there.
func aloneOn(db string) (release func() error, err error) {
	const hint = "stop the other one, or give this one its own --db FILE"
	f, err := os.OpenFile(db+".lock", os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, &failure{exitUsage, fmt.Errorf("open the lock of the database: %w", err), "--db FILE wants a directory that can be written"}
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, &failure{exitUsage, errors.Join(fmt.Errorf("another culprit tail writes to %s", db), f.Close()), hint}
	}
	return f.Close, nil
}
