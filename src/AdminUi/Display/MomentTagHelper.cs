using System.Globalization;
using Microsoft.AspNetCore.Razor.TagHelpers;
using Microsoft.Extensions.Localization;
using UserDomain.AdminUi.Resources;

namespace UserDomain.AdminUi.Display;

/// <summary>A time as people say it, with the exact one in <c>title</c> and for machines.</summary>
[HtmlTargetElement("moment", TagStructure = TagStructure.WithoutEndTag)]
public sealed class MomentTagHelper(IStringLocalizer<Text> text, TimeProvider time) : TagHelper
{
    /// <summary>The time; a dash is shown for none.</summary>
    public DateTimeOffset? At { get; set; }

    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagMode = TagMode.StartTagAndEndTag;
        if (At is not { } at)
        {
            output.TagName = "span";
            output.Content.SetContent("–");
            return;
        }

        output.TagName = "time";
        output.Attributes.SetAttribute("datetime", at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
        output.Attributes.SetAttribute("title", RelativeTime.Exact(at));
        output.Content.SetContent(RelativeTime.Describe(at, time.GetUtcNow()) is { } relative
            ? text[relative.Text, relative.Count]
            : RelativeTime.Date(at));
    }
}
