package vault

import (
	"strconv"

	"github.com/tillproof/tillproof"
)

// checkQuota refuses an object for which the quota leaves no room.
func (v *Vault) checkQuota(size int64) error {
	if v.quota <= 0 {
		return nil
	}
	used, err := v.Used()
	if err != nil {
		return err
	}
	if used+size <= v.quota {
		return nil
	}
	e := fail(tillproof.KindTooLarge, "vault.quota", nil)
	e.Params = tillproof.Params{
		"used": strconv.FormatInt(used>>20, 10), "quota": strconv.FormatInt(v.quota>>20, 10),
	}
	return e
}

// Used is how many bytes all sealed objects take. They are counted once; what other processes put since is
// not in it, so a quota is held to within what they put.
func (v *Vault) Used() (int64, error) {
	v.mu.Lock()
	used := v.used
	v.mu.Unlock()
	if used > 0 {
		return used, nil
	}
	all, err := v.blobs.List(objectsPrefix)
	if err != nil {
		return 0, err
	}
	for _, n := range all {
		used += n.Size
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.used = used
	return used, nil
}

// spend counts an object that was put, or taken away, where objects are counted.
func (v *Vault) spend(size int64) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.used > 0 {
		v.used = max(0, v.used+size)
	}
}
