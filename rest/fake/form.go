package fake

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/url"
)

// Form is the content of a form.
type Form struct {
	Values url.Values
	File   *File // in the field of this name; nil if there is none
}

// File is a file that a form contains.
type File struct {
	Name    string
	Size    int
	Content []byte
}

// ParseForm returns the form that a body of the content type is, or nil for
// content of another type. It fails if the form is malformed.
func ParseForm(contentType string, body []byte) (*Form, error) {
	mediaType, attributes, _ := mime.ParseMediaType(contentType)
	switch mediaType {
	case "application/x-www-form-urlencoded":
		values, err := url.ParseQuery(string(body))
		return &Form{Values: values}, err
	case "multipart/form-data":
		return parseParts(multipart.NewReader(bytes.NewReader(body), attributes["boundary"]))
	}
	return nil, nil
}

// parseParts reads the parts itself: [multipart.Reader.ReadForm] also knows how to
// keep files on disk, which made the program larger.
func parseParts(parts *multipart.Reader) (*Form, error) {
	form := &Form{Values: url.Values{}}
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return form, nil
		}
		if err != nil {
			return form, err
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return form, err
		}
		switch name, file := part.FormName(), part.FileName(); {
		case file == "":
			form.Values.Add(name, string(content))
		case name == "file" && form.File == nil:
			form.File = &File{file, len(content), content}
		}
	}
}
