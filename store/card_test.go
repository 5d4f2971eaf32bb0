package store

import "testing"

// A person has one card in a vote; a new one takes its place. Nobody can hand
// in the key of somebody else as one's own.
func TestPutCard(t *testing.T) {
	db := openVote(t)
	ctx := t.Context()
	for i, id := range []string{"zhang", "li"} {
		must(t, db.PutPerson(ctx, Person{ID: id, Name: "name of " + id, Role: RoleScrutineer}, hashOf("api key %d", i)))
	}
	first, other := hashOf("first"), hashOf("other")
	card := Card{Person: "zhang", Kind: "scrutineer", Name: "Zhang", Delegation: "one", RoleKey: first, StaticKey: &other}
	must(t, db.PutCard(ctx, testVote, card))
	stolen := card
	stolen.Person = "li"
	wantErr(t, "the key of another", db.PutCard(ctx, testVote, stolen), ErrExists)
	card.RoleKey = hashOf("second")
	must(t, db.PutCard(ctx, testVote, card))
	must(t, db.PutCard(ctx, testVote, stolen)) // nobody has that key any more
	got, err := db.Cards(ctx, testVote)
	must(t, err)
	if len(got) != 2 || got[0].Person != "li" || got[1].RoleKey != card.RoleKey || *got[1].StaticKey != other || got[1].PersonName != "name of zhang" {
		t.Errorf("cards: %+v", got)
	}
	wantErr(t, "another vote", db.PutCard(ctx, "none", card), ErrNotFound)
	must(t, db.CreateVote(ctx, "real", []byte("{}")))
	reused := card
	reused.RoleKey = hashOf("third")
	wantErr(t, "the static key of a rehearsal", db.PutCard(ctx, "real", reused), ErrExists)
	fresh := hashOf("fresh")
	reused.StaticKey = &fresh
	must(t, db.PutCard(ctx, "real", reused))
	card.StaticKey = nil
	if db.PutCard(ctx, testVote, card) == nil {
		t.Error("a scrutineer without a static key")
	}
	must(t, db.DeletePerson(ctx, "li"))
	if got, err := db.Cards(ctx, testVote); err != nil || len(got) != 1 {
		t.Errorf("after removing a person: %+v, %v", got, err)
	}
}
