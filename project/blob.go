package project

import (
	"crypto/sha256"
)

// MaxBlob is the length of the longest content, with its salt.
const MaxBlob = 4 << 20

// Blob is a commitment to a content: a text or a picture that stands beside
// the log, not in it. It is SHA-256("piaojue-v1 blob\n" ‖ file), where file is
// a salt of 32 random bytes ‖ u8 media ‖ content. With the file the commitment
// proves the content; once the file is erased, salt and all, it tells nothing
// about it, so that the log keeps no personal data (PROTOCOL.md, "The log of
// the projects"). Zero means no content.
type Blob [32]byte

// Media is the form of a content.
type Media uint8

// The forms. Pictures were made anew by the server: no EXIF.
const (
	MediaText Media = 1 + iota // UTF-8
	MediaJPEG
	MediaPNG
	MediaPDF

	lastMedia = MediaPDF
)

const errBlob flaw = "project: not a content of a known form"

// NewBlob returns the file of a content, and the commitment to it. The salt
// must be fresh from crypto/rand.
func NewBlob(salt [32]byte, m Media, data []byte) (file []byte, b Blob) {
	file = append(append(append(file, salt[:]...), byte(m)), data...)
	return file, HashBlob(file)
}

// HashBlob returns the commitment to a file.
func HashBlob(file []byte) Blob {
	h := sha256.New()
	h.Write([]byte("piaojue-v1 blob\n"))
	h.Write(file)
	return Blob(h.Sum(nil))
}

// OpenBlob returns the content of a file.
func OpenBlob(file []byte) (Media, []byte, error) {
	if len(file) < 33 || len(file) > MaxBlob || file[32] == 0 || Media(file[32]) > lastMedia {
		return 0, nil, errBlob
	}
	return Media(file[32]), file[33:], nil
}

// Visibility says who may see a content.
type Visibility uint8

// The visibilities.
const (
	// Internal contents are for those who work on the matter: what
	// inspectors heard from residents, what departments object.
	Internal Visibility = 1 + iota
	// Pending contents wait for moderation: what came from the public.
	Pending
	// Public contents belong to the published record.
	Public
	// Withdrawn contents are erased, by an entry that says why.
	Withdrawn
)

// content is a commitment in a body that is being read.
type content struct {
	blob Blob
	seen Visibility
}

// blob is a commitment to a content with that visibility.
func (c *codec) blob(v *Blob, seen Visibility) {
	c.maybeBlob(v, seen)
	c.expect(*v != Blob{}, errRange)
}

// maybeBlob is the same, or zeros for no content.
func (c *codec) maybeBlob(v *Blob, seen Visibility) {
	c.hash((*[32]byte)(v))
	if *v != (Blob{}) {
		c.blobs = append(c.blobs, content{*v, seen})
	}
}

// maxPhotos is how many pictures one entry may carry.
const maxPhotos = 9

func (c *codec) photos(v *[]Blob, seen Visibility) {
	list8(c, v, func(b *Blob) { c.blob(b, seen) })
	c.expect(len(*v) <= maxPhotos, errLong)
}

// Holding is what the state knows of a content.
type Holding struct {
	Visibility Visibility
	Entry      uint64 // the index of the entry that commits to it
}

// Holding returns what is known of a content.
func (s *State) Holding(b Blob) (Holding, bool) {
	h, ok := s.blobs[b]
	return h, ok
}

// Blobs calls yield for every content, in no order, until it returns false.
func (s *State) Blobs(yield func(Blob, Holding) bool) {
	for b, h := range s.blobs {
		if !yield(b, h) {
			return
		}
	}
}

// Ground says why a content was erased.
type Ground uint8

// The grounds.
const (
	GroundRequest   Ground = 1 + iota // the person asked for it
	GroundPersonal                    // it names or shows somebody who need not be named
	GroundAuthority                   // a court or authority ordered it
	GroundUnlawful                    // it must not be shown to anybody
	GroundMistake                     // it was uploaded by mistake
	GroundExpired                     // its time of keeping is over

	lastGround = GroundExpired
)

// Withdrawal says that contents were erased. The commitments stay in the log,
// and tell nothing without the files.
type Withdrawal struct {
	Blobs  []Blob
	Ground Ground
}

// Kind says what entry it is.
func (*Withdrawal) Kind() Kind { return KindWithdrawal }

func (b *Withdrawal) fields(c *codec) {
	list8(c, &b.Blobs, func(v *Blob) { c.hash((*[32]byte)(v)) })
	c.expect(len(b.Blobs) > 0 && distinct(b.Blobs), errRange)
	enum(c, &b.Ground, lastGround)
}

func (*Withdrawal) about() []Ref { return nil }

func (b *Withdrawal) check(s *State, _ place) error {
	for i, v := range b.Blobs {
		h, ok := s.blobs[v]
		if !ok {
			return fault(CodeUnknown, "content %d is in no entry", i+1)
		}
		if h.Visibility == Withdrawn {
			return fault(CodeDuplicate, "content %d is withdrawn already", i+1)
		}
	}
	return nil
}

func (b *Withdrawal) apply(s *State, _ place) {
	for _, v := range b.Blobs {
		h := s.blobs[v]
		h.Visibility = Withdrawn
		s.blobs[v] = h
	}
}
