using System.Diagnostics;

namespace UserDomain.EndToEnd.Tests.Applications;

/// <summary>An application in another language, as a process of its own that talks in lines.</summary>
internal abstract class LineProgram : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;

    /// <summary>Starts it.</summary>
    /// <param name="interpreter">What runs it.</param>
    /// <param name="arguments">Its script and what that is told.</param>
    protected LineProgram(string interpreter, params string[] arguments)
    {
        _process = Process.Start(new ProcessStartInfo(interpreter, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    public Task TellAsync(object settings) => _process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(settings, JsonSerializerOptions.Web));

    public async Task<string> ReadAsync()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        return await _process.StandardOutput.ReadLineAsync(patience.Token) ?? throw new InvalidOperationException($"The application ended: {await _errors}");
    }

    /// <summary>Reads a line that is an object.</summary>
    public async Task<JsonElement> ReadObjectAsync() => JsonSerializer.Deserialize<JsonElement>(await ReadAsync());

    /// <summary>Reads one member of a line that is an object.</summary>
    public async Task<JsonElement> ReadAsync(string member) => (await ReadObjectAsync()).GetProperty(member);

    /// <summary>Takes the person where the application sends them.</summary>
    public async Task OpenAsync(IPage page) => await page.GotoAsync((await ReadAsync("open")).GetString()!);

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }
}
