using System.Diagnostics;

namespace UserDomain.EndToEnd.Tests.Applications;

/// <summary>An application in JavaScript, as a process of its own that talks in lines.</summary>
internal sealed class NodeProgram : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;

    public NodeProgram(string script)
    {
        _process = Process.Start(new ProcessStartInfo("node", [Path.Combine(Folder, script)])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>Where the applications and the libraries they are built with are.</summary>
    public static string Folder { get; } = Repository.PathOf("tests/EndToEnd.Tests/Applications/node");

    public Task TellAsync(object settings) => _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(settings, JsonSerializerOptions.Web));

    public async Task<string> ReadAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        return await _process.StandardOutput.ReadLineAsync(patience.Token) ?? throw new InvalidOperationException($"The application ended: {await _errors}");
    }

    public async Task<JsonElement> ReadAsync(string member) => JsonSerializer.Deserialize<JsonElement>(await ReadAsync()).GetProperty(member);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }
}
