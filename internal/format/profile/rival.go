package profile

// Rivals are the other layouts that fit the columns of p as well as p itself, or better: a file that shows
// these columns would be taken for theirs, or for neither.
func (b *Book) Rivals(p *Profile) []string {
	if !p.headed() {
		return nil
	}
	var header []string
	for _, heading := range p.heading {
		if heading != "" {
			header = append(header, heading)
		}
	}
	heads := headersOf(header)
	own := p.bind(header, heads)
	var names []string
	for i := range b.layouts {
		o := &b.layouts[i]
		if o.Name == p.Name || !o.headed() {
			continue
		}
		l := o.bind(header, heads)
		if lack, rejected := l.missing(); !rejected && len(lack) == 0 && l.better(own, Want{}) >= 0 {
			names = append(names, o.Name)
		}
	}
	return names
}
