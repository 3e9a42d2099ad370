package fetch

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"
)

// The types of files that TypeOf tells apart from others.
const (
	Text = "text/plain"
	HTML = "text/html"
	SVG  = "image/svg+xml"
)

// imageTypes are those of images that consist of pixels.
var imageTypes = []string{"image/png", "image/jpeg", "image/gif", "image/webp"}

// IsImage reports whether a type is that of a PNG, JPEG, GIF or WebP image.
func IsImage(mediaType string) bool { return slices.Contains(imageTypes, mediaType) }

// TypeOf returns the media type of a file by its content, whatever its name or a
// header says. Text is in UTF-8 and has no control characters but white space and
// those of colors on a terminal.
func TypeOf(content []byte) string {
	mediaType, _, _ := strings.Cut(http.DetectContentType(content), ";")
	isText := strings.HasPrefix(mediaType, "text/")
	switch {
	case mediaType == HTML:
		return HTML
	case isText && isSVG(content):
		return SVG
	case isText && utf8.Valid(content) && !bytes.ContainsFunc(content, isControl):
		return Text
	case isText:
		return "application/octet-stream"
	}
	return mediaType
}

// isSVG reports whether an XML document is likely to be an SVG image.
func isSVG(content []byte) bool {
	start := bytes.ToLower(content[:min(len(content), 4096)])
	start = bytes.TrimSpace(bytes.TrimPrefix(start, []byte("\ufeff")))
	return bytes.HasPrefix(start, []byte("<")) && (bytes.Contains(start, []byte("<svg")) || bytes.Contains(start, []byte("www.w3.org/2000/svg")))
}

func isControl(r rune) bool {
	return r < ' ' && !strings.ContainsRune("\t\n\v\f\r\b\x1b", r) || r == 0x7f
}
