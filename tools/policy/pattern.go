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
	onlyExcludes, allowed := len(p.list) > 0, false
	for _, pattern := range p.list {
		excluded, excludes := strings.CutPrefix(pattern, "!")
		switch {
		case excludes && p.match(command.Fold(excluded), command.Fold(name)):
			return false
		case !excludes:
			onlyExcludes = false
			allowed = allowed || p.match(lower(pattern), lower(name))
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
	onlyExcludes, covered := len(p.list) > 0, false
	for _, pattern := range p.list {
		excluded, excludes := strings.CutPrefix(pattern, "!")
		switch {
		case excludes && overlap(command.Fold(excluded), command.Fold(scope)):
			return false
		case !excludes:
			onlyExcludes = false
			covered = covered || matchSegments(strings.Split(lower(pattern), "/"), strings.Split(lower(scope), "/"), func(p, s string) bool {
				return s != "**" && (s != "*" || p == "*") && glob(p, s)
			})
		}
	}
	return covered || onlyExcludes
}

// allowOwner reports whether a repository of an owner may be allowed.
func (p patterns) allowOwner(owner string) bool {
	return !slices.ContainsFunc(p.list, func(pattern string) bool { return !strings.HasPrefix(pattern, "!") }) && len(p.list) > 0 ||
		slices.ContainsFunc(p.list, func(pattern string) bool {
			first, _, _ := strings.Cut(lower(pattern), "/")
			return !strings.HasPrefix(pattern, "!") && (first == "**" || glob(first, lower(owner)))
		})
}

func (p patterns) match(pattern, name string) bool {
	if !p.isPath {
		return glob(pattern, name)
	}
	return matchSegments(strings.Split(pattern, "/"), strings.Split(name, "/"), glob)
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

// matchSegments reports whether the segments of a name match those of a pattern, in
// which ** stands for any number.
func matchSegments(pattern, name []string, match func(pattern, name string) bool) bool {
	star, retry := -1, 0
	p, n := 0, 0
	for n < len(name) {
		switch {
		case p < len(pattern) && pattern[p] == "**":
			star, retry = p, n
			p++
		case p < len(pattern) && match(pattern[p], name[n]):
			p, n = p+1, n+1
		case star >= 0:
			retry++
			p, n = star+1, retry
		default:
			return false
		}
	}
	for p < len(pattern) && pattern[p] == "**" {
		p++
	}
	return p == len(pattern)
}

// glob reports whether a name matches a pattern, in which * stands for any characters.
func glob(pattern, name string) bool {
	star, retry := -1, 0
	p, n := 0, 0
	for n < len(name) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, retry = p, n
			p++
		case p < len(pattern) && pattern[p] == name[n]:
			p, n = p+1, n+1
		case star >= 0:
			retry++
			p, n = star+1, retry
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
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
