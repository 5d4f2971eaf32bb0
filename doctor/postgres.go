package doctor

import (
	"context"
	"fmt"
	"time"

	"piaojue/store"
)

// oldestPostgres is the oldest release that the server is tried on.
const oldestPostgres = 15

const databaseTime = 10 * time.Second

func (p Patient) database(ctx context.Context) []Finding {
	ctx, cancel := context.WithTimeout(ctx, databaseTime)
	defer cancel()
	return checkDatabase(store.ExaminePostgres(ctx, p.Database))
}

func checkDatabase(x store.PostgresState, err error) []Finding {
	if err != nil {
		return []Finding{found(Wrong, "postgres", "silent")} // the error may name a password
	}
	all := []Finding{checkPostgres(x)}
	if !x.Durable {
		all = append(all, found(Wrong, "durable", "off"))
	} else {
		all = append(all, found(Well, "durable", "on"))
	}
	switch x.Rights {
	case store.RightsFew:
		all = append(all, found(Well, "rights", "few"))
	case store.RightsMany:
		all = append(all, found(Careful, "rights", "many", x.Might))
	case store.RightsLacking:
		all = append(all, found(Wrong, "rights", "lacking"))
	default:
		all = append(all, found(Careful, "rights", "owner"))
	}
	switch x.Standby {
	case store.StandbySync:
		all = append(all, found(Well, "standby", "sync"))
	case store.StandbyMissing:
		all = append(all, found(Wrong, "standby", "missing"))
	case store.StandbyAsync:
		all = append(all, found(Careful, "standby", "async"))
	case store.StandbyUnknown:
		all = append(all, found(Careful, "standby", "unknown"))
	default:
		all = append(all, found(Careful, "standby", "none"))
	}
	return all
}

func checkPostgres(x store.PostgresState) Finding {
	version := fmt.Sprint(x.Version / 10_000)
	switch {
	case x.Version < oldestPostgres*10_000:
		return found(Wrong, "postgres", "old", version)
	case x.Encoding != "UTF8" || x.Collate != "C" && x.Collate != "POSIX":
		return found(Careful, "postgres", "locale", x.Collate, x.Encoding)
	}
	return found(Well, "postgres", "fit", version)
}
