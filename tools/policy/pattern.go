package policy

import (
	"slices"
	"strings"
	"unicode"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/command"
)

// patterns say which names are allowed.
type patterns struct {
	list   []string
	isPath bool // of repositories, in which * does not match a slash
}

// allow reports whether a name is allowed.
func (p patterns) allow(name string) bool {
	return p.decide(
		func(excluded string) bool { return p.match(command.Fold(excluded), command.Fold(name)) },
		func(pattern string) bool { return p.match(lower(pattern), lower(name)) },
	)
}

// decide reports whether something is allowed that some patterns exclude and others
// allow. If all patterns exclude, they allow everything else.
func (p patterns) decide(excludes, allows func(pattern string) bool) bool {
	onlyExcludes, allowed := len(p.list) > 0, false
	for _, pattern := range p.list {
		excluded, isExclusion := strings.CutPrefix(pattern, "!")
		switch {
		case isExclusion && excludes(excluded):
			return false
		case !isExclusion:
			onlyExcludes = false
			allowed = allowed || allows(pattern)
		}
	}
	return allowed || onlyExcludes
}

// allowAll reports whether every name is allowed.
func (p patterns) allowAll() bool {
	return slices.Contains(p.list, "*") && !slices.ContainsFunc(p.list, func(pattern string) bool { return strings.HasPrefix(pattern, "!") })
}

// allowNumber reports whether a number is allowed as the name of something. Its true
// name is unknown, and may be one that is excluded.
func (p patterns) allowNumber(number string) bool {
	return p.allowAll() || slices.Contains(p.list, number) && p.allow(number)
}

// cover reports whether everything below a pattern, which ends with * or **, is
// allowed.
func (p patterns) cover(scope string) bool {
	segments := strings.Split(lower(scope), "/")
	return p.decide(
		func(excluded string) bool { return overlap(command.Fold(excluded), command.Fold(scope)) },
		func(pattern string) bool {
			return matchStars(strings.Split(lower(pattern), "/"), segments, "**", func(p, s string) bool {
				return s != "**" && (s != "*" || p == "*") && glob(p, s)
			})
		},
	)
}

// allowOwner reports whether a repository of an owner may be allowed.
func (p patterns) allowOwner(owner string) bool {
	return p.decide(
		func(string) bool { return false },
		func(pattern string) bool {
			first, _, _ := strings.Cut(lower(pattern), "/")
			return first == "**" || glob(first, lower(owner))
		},
	)
}

func (p patterns) match(pattern, name string) bool {
	if !p.isPath {
		return glob(pattern, name)
	}
	return matchStars(strings.Split(pattern, "/"), strings.Split(name, "/"), "**", glob)
}

// String returns the patterns as a person reads them.
func (p patterns) String() string {
	var allowed, excluded []string
	for _, pattern := range p.list {
		if name, excludes := strings.CutPrefix(pattern, "!"); excludes {
			excluded = append(excluded, name)
		} else {
			allowed = append(allowed, pattern)
		}
	}
	switch {
	case len(p.list) == 0:
		return "none"
	case len(allowed) == 0:
		return "all but " + strings.Join(excluded, ", ")
	case len(excluded) == 0:
		return strings.Join(allowed, ", ")
	}
	return strings.Join(allowed, ", ") + "; not " + strings.Join(excluded, ", ")
}

// glob reports whether a name matches a pattern, in which * stands for any characters.
func glob(pattern, name string) bool {
	return matchStars([]byte(pattern), []byte(name), '*', func(p, n byte) bool { return p == n })
}

// matchStars reports whether the elements of a name match those of a pattern, in which
// a star stands for any number of elements.
func matchStars[E comparable](pattern, name []E, star E, match func(pattern, name E) bool) bool {
	last, retry := -1, 0 // the last star, and where the elements end that it stands for
	p, n := 0, 0
	for n < len(name) {
		switch {
		case p < len(pattern) && pattern[p] == star:
			last, retry = p, n
			p++
		case p < len(pattern) && match(pattern[p], name[n]):
			p, n = p+1, n+1
		case last >= 0:
			retry++
			p, n = last+1, retry
		default:
			return false
		}
	}
	return !slices.ContainsFunc(pattern[p:], func(e E) bool { return e != star })
}

// overlap reports whether two patterns may match the same name.
func overlap(a, b string) bool {
	a, _, _ = strings.Cut(a, "*")
	b, _, _ = strings.Cut(b, "*")
	return strings.HasPrefix(a, b) || strings.HasPrefix(b, a)
}

// lower returns a name with the ASCII letters in lower case: others may be different
// names on a service.
func lower(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}, name)
}

// isName reports whether a text can be the path of a repository or project.
func isName(path string) bool {
	const longest = 512
	segments := strings.Split(path, "/")
	return len(path) <= longest && len(segments) > 1 && !slices.ContainsFunc(segments, func(s string) bool { return !isSegment(s) })
}

// isSegment reports whether a text can be a segment of such a path. Services may take
// one that ends with a dot or with .git for another one.
func isSegment(s string) bool {
	return s != "" && !strings.HasSuffix(s, ".") && !strings.HasSuffix(strings.ToLower(s), ".git") && command.IsPlain(s) &&
		!strings.ContainsFunc(s, func(r rune) bool {
			return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("_-.", r)
		})
}

// isNumber reports whether a name consists of digits.
func isNumber(name string) bool { return name != "" && strings.Trim(name, "0123456789") == "" }
