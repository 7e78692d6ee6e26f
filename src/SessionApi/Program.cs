using UserDomain.ServiceDefaults.Hosting;
using UserDomain.SessionApi;

return await ServiceHost.RunAsync(SessionApi.Service, args);
