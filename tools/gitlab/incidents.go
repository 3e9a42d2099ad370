package gitlab

import (
	"bytes"
	"context"

	api "gitcode.com/gitcode-mcp/gitcode-mcp/gitlab"
	"gitcode.com/gitcode-mcp/gitcode-mcp/rest"
	"gitcode.com/gitcode-mcp/gitcode-mcp/tools"
)

func incidents(c *api.Client, files *tools.Files) []tools.Tool {
	const verify = "gitlab_list_metric_images"
	return []tools.Tool{
		tools.Write(tools.Spec{Name: "gitlab_upload_metric_image", Effect: tools.Adds, Description: "Upload an image of a metric to an incident.", Verify: verify},
			uploadMetricImage(c, files), metricImageUploaded),
		tools.Read("gitlab_list_metric_images", "List the metric images of an incident.",
			c.ListMetricImages, metricImageRows),
		tools.Write(tools.Spec{Name: "gitlab_update_metric_image", Effect: tools.Changes, Description: "Change the link of a metric image.", Verify: verify},
			c.UpdateMetricImage, metricImageUpdated),
		tools.WriteAsking(tools.Spec{Name: "gitlab_delete_metric_image", Effect: tools.Deletes, Description: "Delete a metric image of an incident.", Verify: verify},
			func(p *api.MetricImageRef) tools.Question {
				return tools.Asking("Permanently delete a metric image of incident " + p.Target() + "?")
			},
			tools.NoResult(c.DeleteMetricImage), metricImageDeleted),
	}
}

// uploadMetricImage returns the method that uploads one of the files that the user
// allows to send.
func uploadMetricImage(c *api.Client, files *tools.Files) func(context.Context, *api.UploadMetricImageParams) (*api.MetricImage, error) {
	return func(ctx context.Context, p *api.UploadMetricImageParams) (*api.MetricImage, error) {
		content, err := files.Read(p.File)
		if err != nil {
			return nil, err
		}
		p.Content = bytes.NewReader(content)
		return c.UploadMetricImage(ctx, p)
	}
}

// MetricImage is an image of an incident.
type MetricImage struct {
	ID       int64  `json:"id,omitempty" jsonschema_description:"The image_id"`
	Filename string `json:"filename,omitempty" jsonschema_description:"Name"`
	Path     string `json:"file_path,omitempty" jsonschema_description:"Path on GitLab's host"`
	URL      string `json:"url,omitempty" jsonschema_description:"Link to more about the metric"`
	URLText  string `json:"url_text,omitempty" jsonschema_description:"Text of the link"`
	Created  string `json:"created,omitempty" jsonschema_description:"Date and time"`
}

func metricImage(m *api.MetricImage) *MetricImage {
	return &MetricImage{
		ID:       int64(m.ID),
		Filename: string(m.Filename),
		Path:     string(m.FilePath),
		URL:      string(m.URL),
		URLText:  string(m.URLText),
		Created:  tools.Minute(m.CreatedAt.Time),
	}
}

func metricImageRows(_ *api.IssueRef, page *rest.Page[*api.MetricImage]) *tools.List[*MetricImage] {
	return tools.PageOf(page, metricImage)
}

// MetricImageWritten is the result of uploading or changing an image.
type MetricImageWritten struct {
	MetricImage
	tools.Written
}

func metricImageUploaded(_ *api.UploadMetricImageParams, m *api.MetricImage) *MetricImageWritten {
	v := metricImageWritten(m)
	if m.ID == 0 {
		v.Warnings = append([]string{"GitLab accepted the image without returning its id; find it with gitlab_list_metric_images and do not upload it again"}, v.Warnings...)
	}
	return v
}

func metricImageUpdated(_ *api.UpdateMetricImageParams, m *api.MetricImage) *MetricImageWritten {
	return metricImageWritten(m)
}

func metricImageWritten(m *api.MetricImage) *MetricImageWritten {
	v := &MetricImageWritten{MetricImage: *metricImage(m)}
	v.Written.ID, v.Outcome, v.Warnings = int64(m.ID), tools.OutcomeOf(len(m.Ignored), len(m.Unknown)), ignored(&api.IssueChange{Result: m.Result})
	if len(m.Unknown) > 0 {
		v.Warnings = append(v.Warnings, tools.Unverified("GitLab", m.Unknown, nil)+"; "+tools.CheckWith("gitlab_list_metric_images", nil))
	}
	return v
}

// MetricImageDeleted is the result of deleting an image.
type MetricImageDeleted struct {
	ID      int64 `json:"id,omitempty" jsonschema_description:"The image_id"`
	Deleted bool  `json:"deleted,omitempty" jsonschema_description:"Whether the image is gone"`
	tools.Written
}

func metricImageDeleted(p *api.MetricImageRef, _ *struct{}) *MetricImageDeleted {
	return &MetricImageDeleted{ID: p.ImageID, Deleted: true, Written: tools.Written{ID: p.ImageID}}
}
