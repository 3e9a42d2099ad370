package textedit

import (
	"fmt"
	"unicode/utf8"

	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest/lenient"
)

// Skip removes the first characters of a text with a name, in each of its forms. It
// fails unless one of them is longer.
func Skip(endpoint, name string, characters int, forms ...*lenient.Text) error {
	if characters == 0 {
		return nil
	}
	if characters < 0 {
		return rest.InvalidArguments(endpoint, fmt.Sprintf("offset must be at least 0, not %d", characters))
	}
	longest := 0
	for _, text := range forms {
		longest = max(longest, utf8.RuneCountInString(string(*text)))
		*text = lenient.Text(skipped(string(*text), characters))
	}
	if characters >= longest {
		return &rest.Error{Class: rest.Invalid, Endpoint: endpoint, Message: fmt.Sprintf("offset %d is past the end: the %s has %d characters", characters, name, longest)}
	}
	return nil
}

// skipped returns a text without its first characters.
func skipped(text string, characters int) string {
	for i := range text {
		if characters == 0 {
			return text[i:]
		}
		characters--
	}
	return ""
}
