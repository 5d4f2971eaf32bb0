package web

import (
	"bytes"
	"image"
	"image/jpeg"
	"net/http"
	"strings"
	"testing"

	"piaojue/pgtest"
	"piaojue/store"
)

func aPhoto(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	must(t, jpeg.Encode(&b, image.NewRGBA(image.Rect(0, 0, 40, 30)), nil))
	return b.Bytes()
}

// However many citizens send photos at once, memory is left for a vote and for
// staff; and what a form took it gives back (attack S8).
func TestUploadRoom(t *testing.T) {
	s := newStage(t)
	s.beginProjects()
	rooms := s.server.rooms
	rooms.public.left = 2000
	big := aWish()
	big.photos = map[string][]byte{"photos": append(aPhoto(t), make([]byte, 4000)...)}
	if a := s.post("", "/projects/wish", big); a.status != http.StatusServiceUnavailable {
		t.Errorf("without room: %d", a.status)
	}
	s.mustPost(store.RoleStaffLead, "/projects/do/unit", "unit_kind", "2", "name", "某局")
	rooms.public.left = maxPublicRoom
	s.mustWish("/projects/wish", big) // the good twin
	if rooms.public.left != maxPublicRoom || rooms.members.left != maxMemberRoom {
		t.Errorf("%d and %d bytes did not come back", maxPublicRoom-rooms.public.left, maxMemberRoom-rooms.members.left)
	}
}

// A form without photos is small, and so is one that is refused anyway.
func TestUploadSmall(t *testing.T) {
	pgtest.SQLiteOnly(t)
	s := newStage(t)
	s.beginProjects()
	large := fill{photos: map[string][]byte{"photos": make([]byte, maxSmallForm)}}
	if a := s.post("", "/projects/track", large); a.status != http.StatusRequestEntityTooLarge {
		t.Errorf("a large code: %d", a.status)
	}
	if a := s.post("", "/projects/track", fill{values: []string{"code", "ABCDE23456"}}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("a code: %d", a.status)
	}
	s.server.projects.limits.leastFree = 1 << 62
	wish := aWish()
	wish.photos = large.photos
	if a := s.post("", "/projects/wish", wish); a.status != http.StatusRequestEntityTooLarge {
		t.Errorf("a large wish on a full disk: %d", a.status)
	}
	s.server.projects.limits.leastFree = 0
	if a := s.post("", "/projects/wish", wish); !strings.Contains(string(a.body), "photos") || a.status != http.StatusUnprocessableEntity {
		t.Errorf("a large file that is no photo: %d", a.status)
	}
}

// Citizens' photos never keep those of staff waiting.
func TestPhotoTurns(t *testing.T) {
	publicTurns <- struct{}{}
	all := map[string][][]byte{"photos": {aPhoto(t)}}
	staff := &filled{photos: all}
	if p, err := staff.photo("photos", 0); err != nil || p.Width != 40 {
		t.Errorf("staff: %v", err)
	}
	citizen := &filled{photos: all, public: true}
	done := make(chan error)
	go func() {
		_, err := citizen.photo("photos", 0)
		done <- err
	}()
	select {
	case <-done:
		t.Error("a citizen took the turn of another")
	default:
	}
	<-publicTurns
	if err := <-done; err != nil {
		t.Error(err)
	}
}
