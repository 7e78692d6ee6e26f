using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using UserDomain.AuditApi.AuditEvents;
using UserDomain.AuditApi.Heads;
using UserDomain.AuditApi.Tree;
using UserDomain.ServiceDefaults.Hosting;

namespace UserDomain.AuditApi.Export;

/// <summary>Writes events with all that proves them, as JSON lines: whoever has the file and a key they trust needs nothing else.</summary>
internal sealed class SealedExport(AuditContext store, Stream body)
{
    private const int BatchSize = 4 * TreeTile.Width;
    private static readonly JsonSerializerOptions Json = new(ApiJson.Options) { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };

    private readonly PipeWriter _body = PipeWriter.Create(body, new(leaveOpen: true));
    private readonly List<byte> _leaves = [];

    /// <summary>Writes the events up to the newest head.</summary>
    public async Task WriteAsync(ExportHeader header, long last, CancellationToken cancellationToken)
    {
        Line(JsonSerializer.Serialize(header, Json));
        await foreach (var before in store.Heads.AsNoTracking().Where(head => head.Size == header.From - 1).AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            Mark(new(Head: before.Note));
        }

        for (var first = header.From; first <= last; first += BatchSize)
        {
            await WriteBatchAsync(first, Math.Min(last, first + BatchSize - 1), cancellationToken);
            await _body.FlushAsync(cancellationToken);
        }

        Mark(new(End: last));
        await _body.CompleteAsync();
    }

    private async Task WriteBatchAsync(long first, long last, CancellationToken cancellationToken)
    {
        var heads = new Queue<TrailHead>(await store.Heads.AsNoTracking().Where(head => head.Size >= first && head.Size <= last).OrderBy(head => head.Size).ToListAsync(cancellationToken));
        foreach (var row in await store.AuditEvents.AsNoTracking().Where(audit => audit.Sequence >= first && audit.Sequence <= last).OrderBy(audit => audit.Sequence).ToListAsync(cancellationToken))
        {
            // Where one is missing, what is signed of those before comes before those after.
            WriteHeads(heads, row.Sequence - 1);
            Line(CanonicalEvent.Of(row));
            _leaves.AddRange(row.LeafHash ?? CanonicalEvent.LeafHash(row));
            if (row.Sequence % TreeTile.Width == 0)
            {
                WriteLeaves();
            }
        }

        WriteHeads(heads, last);
    }

    private void WriteHeads(Queue<TrailHead> heads, long size)
    {
        while (heads.TryPeek(out var head) && head.Size <= size)
        {
            WriteLeaves();
            Mark(new(Head: heads.Dequeue().Note));
        }
    }

    private void WriteLeaves()
    {
        if (_leaves.Count > 0)
        {
            Mark(new(Leaves: Convert.ToBase64String([.. _leaves])));
            _leaves.Clear();
        }
    }

    private void Mark(ExportMark mark) => Line(JsonSerializer.Serialize(mark, Json));

    private void Line(string text)
    {
        Encoding.UTF8.GetBytes(text, _body);
        _body.Write("\n"u8);
    }
}
