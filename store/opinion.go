package store

import (
	"context"
	"database/sql"
	"errors"
)

// Grade is what somebody of the public thinks of a project.
type Grade uint8

// The grades.
const (
	Satisfied    Grade = 1 + iota // 满意
	BasicallySo                   // 基本满意
	NotSatisfied                  // 不满意
)

// Shown says whether the words of an opinion are public.
type Shown uint8

// The states. The grade counts in all of them.
const (
	Waits  Shown = iota // for moderation
	Public              // everybody may read it
	Hidden              // nobody
)

// Opinion is what somebody of the public says of a project, in words. It is no
// vote of deputies, and nobody knows who it was.
type Opinion struct {
	ID      int64 // set by the database
	Project uint32
	Grade   Grade
	Day     uint32 // as project.Date
	Words   string
	Shown   Shown
}

// PutOpinion counts the grade of an opinion, and keeps its words if there are any.
func (t *ProjectsTx) PutOpinion(o Opinion) error {
	_, err := t.tx.ExecContext(t.ctx, `
		INSERT INTO grades (project, grade, count)
		VALUES ($1, $2, 1)
		ON CONFLICT (project, grade) DO UPDATE SET count = grades.count + 1`,
		o.Project, o.Grade)
	if err != nil || o.Words == "" {
		return err
	}
	_, err = t.tx.ExecContext(t.ctx, `
		INSERT INTO opinions (project, grade, day, words, shown)
		VALUES ($1, $2, $3, $4, $5)`,
		o.Project, o.Grade, o.Day, o.Words, o.Shown)
	return err
}

// ShowOpinion sets whether the words of an opinion are public. Hidden ones are
// erased. It returns ErrNotFound if there is no such opinion.
func (t *ProjectsTx) ShowOpinion(id int64, to Shown) error {
	t.erased = t.erased || to == Hidden
	err := execOne(t.ctx, t.tx, `
		UPDATE opinions
		SET
			shown = $1,
			words = CASE WHEN $2 = 1 THEN '' ELSE words END
		WHERE id = $3`,
		to, bit(to == Hidden), id)
	if errors.Is(err, errNone) {
		return ErrNotFound
	}
	return err
}

// Opinions returns the opinions in one state, the newest first: of one
// project, or of all if project is 0.
func (db *Projects) Opinions(ctx context.Context, project uint32, shown Shown, limit int) (all []Opinion, err error) {
	err = db.read(ctx, func(tx *sql.Tx) (err error) {
		all, err = queryAll(ctx, tx, scanOpinion, `
			SELECT id, project, grade, day, words, shown
			FROM opinions
			WHERE shown = $1 AND (project = $2 OR $2 = 0)
			ORDER BY id DESC
			LIMIT $3`,
			shown, project, limit)
		return err
	})
	return all, err
}

func scanOpinion(rows *sql.Rows) (o Opinion, err error) {
	err = rows.Scan(&o.ID, &o.Project, &o.Grade, &o.Day, &o.Words, &o.Shown)
	return o, err
}

// Grades counts the opinions of every project: satisfied, basically so, not.
func (db *Projects) Grades(ctx context.Context) (map[uint32][3]uint32, error) {
	grades := map[uint32][3]uint32{}
	err := db.read(ctx, func(tx *sql.Tx) error {
		type sum struct {
			project, n uint32
			grade      Grade
		}
		all, err := queryAll(ctx, tx, func(rows *sql.Rows) (s sum, err error) {
			err = rows.Scan(&s.project, &s.grade, &s.n)
			return s, err
		}, `
			SELECT project, grade, count
			FROM grades`)
		for _, s := range all {
			sums := grades[s.project]
			sums[s.grade-1] = s.n
			grades[s.project] = sums
		}
		return err
	})
	return grades, err
}
