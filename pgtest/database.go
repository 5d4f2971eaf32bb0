package pgtest

import (
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"
)

// Used reports whether tests run on PostgreSQL: PIAOJUE_POSTGRES names a server
// then, as under .ci/postgres. Otherwise they run on SQLite.
func Used() bool { return os.Getenv("PIAOJUE_POSTGRES") != "" }

// SQLiteOnly ends a test of files of SQLite when tests run on PostgreSQL.
func SQLiteOnly(t testing.TB) {
	t.Helper()
	if Used() {
		t.Skip("about SQLite's files")
	}
}

// Database returns the address of a new database for the owner of its tables, which
// ends with the test. They are made once, by create: to copy them is quicker.
func Database(t testing.TB, create func(url string) error) (url string) {
	t.Helper()
	making.Do(func() {
		pattern = randomName()
		for _, role := range []string{OwnerRole, Role} {
			execute(t, `CREATE ROLE `+role+` LOGIN`)
		}
		// Tests damage what triggers guard.
		execute(t, `GRANT SET ON PARAMETER session_replication_role TO `+OwnerRole)
		execute(t, `CREATE DATABASE `+pattern+` OWNER `+OwnerRole)
		if err := create(address(t, pattern)); err != nil {
			t.Error(err)
		}
	})
	db := randomName()
	execute(t, `CREATE DATABASE `+db+` OWNER `+OwnerRole+` TEMPLATE `+pattern)
	t.Cleanup(func() { execute(t, `DROP DATABASE `+db+` WITH (FORCE)`) })
	return address(t, db)
}

func randomName() string { return "t" + strings.ToLower(rand.Text()) }

var (
	making  sync.Once
	pattern string // database that is copied
)

// These accounts are there when create is called.
var (
	OwnerRole = "owning" + strings.ToLower(rand.Text())  // owns the databases, and is no superuser
	Role      = "serving" + strings.ToLower(rand.Text()) // owns nothing
)

// As returns the address of a database for another account.
func As(role, address string) string {
	u, err := url.Parse(address)
	if err != nil {
		panic(err) // Database has made it
	}
	u.User = url.User(role)
	return u.String()
}

// Owner returns the address of a database for the owner of its tables.
func Owner(address string) string { return As(OwnerRole, address) }

// Administrator returns the address of a database for a superuser.
func Administrator(address string) string {
	u, err := url.Parse(os.Getenv("PIAOJUE_POSTGRES"))
	if err != nil {
		panic(err) // Database has read it
	}
	return As(u.User.Username(), address)
}

// address is that of a database of the server, for its owner.
func address(t testing.TB, name string) string {
	t.Helper()
	u, err := url.Parse(os.Getenv("PIAOJUE_POSTGRES"))
	if err != nil {
		t.Fatal("PIAOJUE_POSTGRES is no URL")
	}
	u.User, u.Path = url.User(OwnerRole), "/"+name
	return u.String()
}

func execute(t testing.TB, statement string) {
	t.Helper()
	db, err := sql.Open("pgx", os.Getenv("PIAOJUE_POSTGRES"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(statement); err != nil {
		t.Error(err)
	}
}

// Keys are those of all boxes, the same in each process.
type Keys struct {
	mu     sync.Mutex
	erased map[string]bool
}

// NewKeys returns Keys of which none is erased.
func NewKeys() *Keys { return &Keys{erased: map[string]bool{}} }

// BoxKey implements store.Keyring.
func (k *Keys) BoxKey(vote string) ([32]byte, error) {
	if k.Erased(vote) {
		return [32]byte{}, errors.New("the key is erased")
	}
	return sha256.Sum256([]byte("key of " + vote)), nil
}

// EraseBoxKey implements store.Keyring.
func (k *Keys) EraseBoxKey(vote string) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.erased[vote] = true
	return nil
}

// Erased reports whether the key of a vote is erased.
func (k *Keys) Erased(vote string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.erased[vote]
}
