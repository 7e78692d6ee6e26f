using System.IO.Pipelines;
using System.Text;
using UserDomain.AuditApi.AuditEvents;
using UserDomain.AuditApi.Delivery;
using UserDomain.AuditApi.Export.Formats;
using UserDomain.AuditApi.Search;
using UserDomain.AuditApi.Subjects;

namespace UserDomain.AuditApi.Export;

/// <summary>Writes events as other programs read them, in the order of the trail, up to where that goes when it begins.</summary>
internal sealed class ReadableExport(EventFormat format, AuditSearch search, EventReader reader, TrailReader trail)
{
    private const int BatchSize = 500;

    /// <summary>Writes what comes after a place. It has gone wrong when the answer ends before its end; what is asked for after the last whole line goes on.</summary>
    public async Task WriteAsync(AuditEventFilter filter, long after, Stream body, CancellationToken cancellationToken)
    {
        var writer = PipeWriter.Create(body, new(leaveOpen: true));
        Encoding.UTF8.GetBytes(format.Heading, writer);
        var last = await trail.EndAsync(cancellationToken);
        int found;
        do
        {
            var rows = await search.FindAfterAsync(filter, after, last, BatchSize, cancellationToken);
            foreach (var audit in await reader.OpenAsync(rows, cancellationToken))
            {
                Encoding.UTF8.GetBytes(format.Write(audit), writer);
                after = audit.Sequence;
            }

            found = rows.Count;
            await writer.FlushAsync(cancellationToken);
        }
        while (found == BatchSize);
        await writer.CompleteAsync();
    }
}
