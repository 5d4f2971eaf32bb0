package doctor

import "syscall"

// volatile and remote are the file systems on which no vote may lie: the first
// forget, the others acknowledge what only another machine may have.
var (
	volatile = map[int64]bool{0x01021994: true, 0x858458f6: true}                                                   // tmpfs, ramfs
	remote   = map[int64]bool{0x6969: true, 0xff534d42: true, 0xfe534d42: true, 0x65735546: true, 0x01021997: true} // nfs, cifs, smb2, fuse, 9p
)

// lookDisk asks the system about the file system of a folder.
func lookDisk(dir string) (d disk, err error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(dir, &s); err != nil {
		return d, err
	}
	kind := int64(s.Type) & 0xffffffff
	return disk{uint64(s.Bavail) * uint64(s.Bsize), volatile[kind], remote[kind]}, nil
}
