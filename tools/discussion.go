package tools

import (
	"fmt"
	"slices"
	"time"
	"unicode/utf8"
)

// Comments is the member comments of an issue: their number, or the comments
// themselves.
type Comments interface{ isComments() }

type (
	// NumberOfComments is their number.
	NumberOfComments int
	// CommentList is the comments, oldest first.
	CommentList []Comment
)

func (NumberOfComments) isComments() {}
func (CommentList) isComments()      {}

// Comment is a comment in its issue.
type Comment struct {
	LeftOut string `json:"left_out,omitempty"` // instead of earlier comments
	ID      int64  `json:"id,omitempty"`       // in a list only if the body is cut
	Author  string `json:"author,omitempty"`
	Created string `json:"created,omitempty"`
	Body    string `json:"body,omitempty"`

	id int64
}

// Discussion is the comments of an issue that is a [Readable]. Its methods set the
// issue's member, or return what the methods of Readable do.
type Discussion struct {
	// Single reports whether the issue is the result and not a row. Its comments
	// have their ids and the time of day; in a list that would take too much.
	Single bool
	// Skipped is the number of characters that the last comment lacks at its
	// beginning.
	Skipped int
	// Earlier returns the call that returns a comment and those before it, such as
	// "list_issue_comments number=7".
	Earlier func(id int64) string
	// Rest returns the call that returns the rest of a comment, without its offset,
	// such as "get_comment id=5".
	Rest func(id int64) string

	all []Comment // of which the member may be the last
}

// Add adds a comment that is newer than those before.
func (d *Discussion) Add(id int64, author string, created time.Time, body string) {
	c := Comment{Author: author, Created: Day(created), Body: body, id: id}
	if d.Single {
		c.ID, c.Created = id, Minute(created)
	}
	d.all = append(d.all, c)
}

// Set sets a member to the comments.
func (d *Discussion) Set(member *Comments) { d.keep(member, len(d.all)) }

// keep sets a member to the last n comments.
func (d *Discussion) keep(member *Comments, n int) {
	*member = nil
	left := len(d.all) - n
	list := CommentList(slices.Clone(d.all[left:])) // their bodies may be cut
	if left > 0 {
		note := fmt.Sprintf("%d earlier comments; %s has them", left, d.Earlier(d.all[left-1].id))
		list = slices.Concat(CommentList{{LeftOut: note}}, list)
	}
	if len(list) > 0 {
		*member = list
	}
}

// LongTexts returns the bodies of the comments in a member.
func (d *Discussion) LongTexts(member Comments) []LongText {
	var texts []LongText
	list, _ := member.(CommentList)
	for i := range list {
		c := &list[i]
		if c.Body == "" {
			continue
		}
		text := LongText{Text: c.Body, Rest: d.Rest(c.id), Set: func(text string, cut bool) {
			c.Body, c.ID = text, 0
			if cut || d.Single {
				c.ID = c.id
			}
		}}
		if i == len(list)-1 {
			text.Skipped = d.Skipped
		}
		texts = append(texts, text)
	}
	return texts
}

// History returns the comments of a member.
func (d *Discussion) History(member *Comments) History {
	return History{Len: len(d.all), Keep: func(n int) { d.keep(member, n) }}
}

// Omit sets a member to the number of comments. It returns false if there are
// none.
func (d *Discussion) Omit(member *Comments) bool {
	if len(d.all) == 0 {
		return false
	}
	*member, d.all = NumberOfComments(len(d.all)), nil
	return true
}

// CommentsUpTo returns the comments up to the one with an id, whose body then lacks
// its first characters. It returns nil if no comment has the id, and fails if the
// body has fewer characters. Part returns the id of a comment and a pointer to its body,
// which is changed.
func CommentsUpTo[C any, Body ~string](comments []C, id int64, skipped int, part func(C) (int64, *Body)) ([]C, error) {
	last := slices.IndexFunc(comments, func(c C) bool {
		number, _ := part(c)
		return number == id
	})
	if last < 0 {
		return nil, nil
	}
	comments = comments[:last+1]
	_, body := part(comments[last])
	size, err := skipInComment(string(*body), skipped)
	*body = (*body)[size:]
	return comments, err
}

// skipInComment returns the size in bytes of the first characters of a comment. It
// fails if the comment has fewer.
func skipInComment(body string, characters int) (size int, err error) {
	for left := characters; left > 0; left-- {
		if size == len(body) {
			return 0, fmt.Errorf("offset is more than the comment's %d characters", utf8.RuneCountInString(body))
		}
		_, n := utf8.DecodeRuneInString(body[size:])
		size += n
	}
	return size, nil
}
