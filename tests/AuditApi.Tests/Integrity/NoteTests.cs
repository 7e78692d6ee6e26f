using UserDomain.AuditApi.Integrity;

namespace UserDomain.AuditApi.Tests.Integrity;

public sealed class NoteTests : IDisposable
{
    private static readonly DateTimeOffset Time = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);
    private static readonly byte[] Root = MerkleTree.LeafHash([1]);

    private readonly NoteSigner _signer = new("id.example.com/audit", Enumerable.Range(0, 32).Select(number => (byte)number).ToArray());

    public void Dispose() => _signer.Dispose();

    [Fact]
    public void AUD_03_a_known_note_of_Go_s_sumdb_package_opens()
    {
        // https://pkg.go.dev/golang.org/x/mod/sumdb/note, example of Open.
        var verifier = NoteVerifier.Parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
        const string Note = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
            + "\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

        Assert.StartsWith("If you think", SignedNote.Open(Note, verifier), StringComparison.Ordinal);
        Assert.Null(SignedNote.Open(Note.Replace("answer", "Answer", StringComparison.Ordinal), verifier));
    }

    [Fact]
    public void AUD_03_a_head_says_what_was_signed_and_nothing_else_opens()
    {
        var note = _signer.Sign(new Checkpoint("id.example.com/audit", 7, Root, Time).Format());
        using var other = new NoteSigner("id.example.com/audit", new byte[32]);

        var head = Checkpoint.Open(note, _signer.Verifier)!;

        Assert.Equal((7, Convert.ToHexString(Root), Time), (head.Size, Convert.ToHexString(head.Root), head.Time));
        Assert.Null(Checkpoint.Open(note.Replace("\n7\n", "\n8\n", StringComparison.Ordinal), _signer.Verifier));
        Assert.Null(Checkpoint.Open(note, other.Verifier));
        Assert.Null(Checkpoint.Open(_signer.Sign(new Checkpoint("elsewhere.example.com/audit", 7, Root, Time).Format()), _signer.Verifier));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("text")]
    [InlineData("text\n\n\u2014 id.example.com/audit\n")]
    [InlineData("text\n\n\u2014 id.example.com/audit AAAA\n")]
    [InlineData("text\n\n\u2014 id.example.com/audit !!!!\n")]
    public void A_text_that_is_no_note_is_told_apart(string note) => Assert.Null(SignedNote.Open(note, _signer.Verifier));

    [Theory]
    [InlineData("")]
    [InlineData("name")]
    [InlineData("name+12345678+AQ==")]
    [InlineData("name+12345678+****")]
    [InlineData("PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")]
    public void A_text_that_is_no_key_is_told_apart(string key) => Assert.Throws<FormatException>(() => NoteVerifier.Parse(key));

    [Fact]
    public void A_key_is_read_as_it_is_written() => Assert.Equal(_signer.Verifier.Id, NoteVerifier.Parse(_signer.Verifier.ToString()).Id);

    [Fact]
    public void A_file_of_notes_is_read_from_anywhere()
    {
        var notes = Enumerable.Range(1, 3).Select(size => _signer.Sign(new Checkpoint("id.example.com/audit", size, Root, Time).Format())).ToList();
        var file = string.Concat(notes.Select(note => note + "\n"));

        Assert.Equal(notes, NoteFile.Split(file));
        Assert.Equal(notes[1..], NoteFile.Split(file[10..]).Where(note => Checkpoint.Open(note, _signer.Verifier) is not null));
    }
}
