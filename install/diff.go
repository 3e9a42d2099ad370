package install

import (
	"regexp"
	"slices"
	"strings"
)

// hunk is a run of lines that another one replaces.
type hunk struct{ oldStart, oldEnd, newStart, newEnd int }

// hunks returns the lines that differ. The lines in common before and after the
// changes are skipped first, so that the table of the rest stays small.
func hunks(old, new []string) []hunk {
	start := 0
	for start < len(old) && start < len(new) && old[start] == new[start] {
		start++
	}
	end := 0
	for end < len(old)-start && end < len(new)-start && old[len(old)-1-end] == new[len(new)-1-end] {
		end++
	}
	a, b := old[start:len(old)-end], new[start:len(new)-end]
	if len(a)*len(b) > 1<<20 {
		return []hunk{{start, start + len(a), start, start + len(b)}}
	}
	common := make([][]int, len(a)+1) // length of the longest common part of a[i:] and b[j:]
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i := range slices.Backward(a) {
		for j := range slices.Backward(b) {
			common[i][j] = max(common[i+1][j], common[i][j+1])
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			}
		}
	}
	var list []hunk
	for i, j := 0, 0; i < len(a) || j < len(b); {
		if i < len(a) && j < len(b) && a[i] == b[j] {
			i, j = i+1, j+1
			continue
		}
		h := hunk{start + i, start + i, start + j, start + j}
		for (i < len(a) || j < len(b)) && (i == len(a) || j == len(b) || a[i] != b[j]) {
			if j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1] {
				i++
			} else {
				j++
			}
		}
		h.oldEnd, h.newEnd = start+i, start+j
		list = append(list, h)
	}
	return list
}

// lines returns the lines of a text without their ends.
func lines(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\r\n", "\n"), "\n")
}

// secretValue matches a string whose name says that it is a secret. In double quotes a
// backslash escapes the next character.
const secretValue = `(?i)((?:token|secret|password|authorization|cookie|key)["']?\s*[:=]\s*)("(?:[^"\\]|\\.)*|'[^']*)`

// reference matches a value that only refers to a secret: a variable in braces or, in
// TOML, its name.
const reference = `^((?i:bearer )?\$?\{[A-Za-z_:-]*\}|[A-Z_]*_(TOKEN|SECRET)|)$`

// hideSecrets replaces the values in a line that look like secrets.
func hideSecrets(line string) string {
	secret, isReference := regexp.MustCompile(secretValue), regexp.MustCompile(reference)
	return secret.ReplaceAllStringFunc(line, func(match string) string {
		parts := secret.FindStringSubmatch(match)
		quote, value := parts[2][:1], parts[2][1:]
		if isReference.MatchString(value) {
			return match
		}
		return parts[1] + quote + "…"
	})
}
