package main

import (
	"errors"
	"os"
	"path/filepath"
	"sync"

	"piaojue/keyfile"
)

// personSecret is a key file of the demo before it is sealed.
type personSecret struct {
	name   string
	secret *keyfile.Secret
}

// drawKey draws the key of staff or presidium.
func (d *demo) drawKey(name string, kind keyfile.Kind, as string) (signatory, error) {
	secret := generateKey(kind, card{})
	sk, err := roleKey(secret)
	d.secrets = append(d.secrets, personSecret{name, secret})
	return signatory{role: roles[kind], sk: sk, as: as}, err
}

// sealing is how many key files are sealed at once: each takes 256 MiB.
const sealing = 2

// sealKeys writes the key files of all persons into a folder, under one
// passphrase: in a demo one visitor is everybody.
func sealKeys(dir string, all []personSecret, passphrase string) error {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	errs := make([]error, len(all))
	turns := make(chan struct{}, sealing)
	var wg sync.WaitGroup
	for i, p := range all {
		wg.Go(func() {
			turns <- struct{}{}
			defer func() { <-turns }()
			var data []byte
			if data, errs[i] = keyfile.Seal(p.secret, passphrase); errs[i] == nil {
				errs[i] = keyfile.Write(filepath.Join(dir, p.name+".age"), data)
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}
