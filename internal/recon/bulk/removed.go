package bulk

import "os"

// removed makes a temporary file and takes its name away at once; where the system refuses that while the
// file is open, it stays until the program removes it.
func removed(dir string) (*os.File, error) {
	f, err := os.CreateTemp(dir, "tillproof-*.tmp")
	if err != nil {
		return nil, err
	}
	_ = os.Remove(f.Name()) // Windows: the file goes with the folder of temporary files
	return f, nil
}
